#include "util/process/shell_command.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/fs/local_error.hpp"
#include "util/process/process_end.hpp"
#include "util/process/terminal.hpp"
#include "util/process/unique_fd.hpp"
#include "util/process/wait.hpp"

namespace gridfs::util {

namespace {

constexpr const char* shown = "the command";

// Undoes what SignalDescriptor does to the signals of this process.
void set_attributes(posix_spawnattr_t& attributes, bool lead_group) {
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGXFSZ);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  constexpr int signals = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  ::posix_spawnattr_setflags(&attributes, static_cast<short>(lead_group ? signals | POSIX_SPAWN_SETPGROUP : signals));
}

pid_t spawn_shell(const std::string& command, int output, bool lead_group) {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  set_attributes(attributes, lead_group);
  std::string shell = "sh";
  std::string option = "-c";
  std::string text = command;
  const std::array<char*, 4> arguments{shell.data(), option.data(), text.data(), nullptr};
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw LocalError("/bin/sh", error);
  return pid;
}

// A child process; the destructor ends it if it is still running, and waits for it.
class Child {
 public:
  /// @param leads_group  whether the child is the leader of a process group, which is then ended with it
  Child(const std::string& command, int output, bool leads_group) : leads_group_(leads_group) {
    const auto end_held_off = EndAction::hold_off();
    pid_ = spawn_shell(command, output, leads_group);
    end_at_end_.emplace([this] { end(); });
  }
  ~Child() {
    if (pid_ < 0) return;
    end();
    reap();
  }

  /// @throws Interrupted
  int wait(const std::stop_token& stop) {
    const UniqueFd ended = open();
    if (ended) wait_readable(ended.get(), stop, shown);
    return reap();
  }

 private:
  // Becomes readable when it ends.
  [[nodiscard]] UniqueFd open() const noexcept {
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  }

  [[nodiscard]] bool ends_within(std::chrono::milliseconds time) const noexcept {
    const UniqueFd ended = open();
    pollfd watched{ended.get(), POLLIN, 0};
    return ended && ::poll(&watched, 1, static_cast<int>(time.count())) > 0;
  }

  void end() const noexcept {
    constexpr std::chrono::seconds grace{1};
    send(SIGTERM);
    if (!ends_within(grace)) send(SIGKILL);
  }

  void send(int signal) const noexcept { ::kill(leads_group_ ? -pid_ : pid_, signal); }

  int reap() noexcept {
    int status = -1;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    end_at_end_.reset();
    pid_ = -1;
    return status;
  }

  pid_t pid_ = -1;
  bool leads_group_;
  std::optional<EndAction> end_at_end_;
};

std::string read_all(int pipe, const std::stop_token& stop) {
  constexpr std::size_t most = std::size_t{64} << 10;
  std::string text(most + 1, '\0');
  std::size_t length = 0;
  for (;;) {
    wait_readable(pipe, stop, shown);
    const ssize_t count = ::read(pipe, text.data() + length, text.size() - length);
    if (count < 0 && errno != EINTR) throw LocalError(shown, errno);
    if (count > 0) length += static_cast<std::size_t>(count);
    if (length > most) throw LocalError(shown, "it wrote more than 64 KiB", EFBIG);
    if (count == 0) break;
  }
  text.resize(length);
  return text;
}

}  // namespace

std::string output_of_shell_command(const std::string& command, const std::stop_token& stop) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw LocalError(shown, errno);
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  // With a terminal it stays in the foreground, so that it may ask there; Ctrl-C reaches all of it then.
  const bool lead_group = !has_terminal();
  Child child(command, writing.get(), lead_group);
  writing.reset();
  std::string text = read_all(reading.get(), stop);
  if (child.wait(stop) != 0) throw LocalError(shown, "it failed", ECHILD);
  return text;
}

}  // namespace gridfs::util
