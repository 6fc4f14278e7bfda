#include "util/process/shell_command.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/fs/local_error.hpp"
#include "util/process/startup.hpp"
#include "util/process/terminal.hpp"
#include "util/process/wait.hpp"

namespace gridfs::util {

namespace {

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

pid_t spawn_shell(std::string command, const std::string& shown, int output, bool lead_group) {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  set_attributes(attributes, lead_group);
  std::string shell = "sh";
  std::string option = "-c";
  const std::array<char*, 4> arguments{shell.data(), option.data(), command.data(), nullptr};
  pid_t pid = -1;
  const int error = [&] {
    const OriginalDescriptorLimit limit;
    return ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments.data(), environ);
  }();
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw LocalError(shown, "/bin/sh: " + error_text(error), ECHILD);
  return pid;
}

// Becomes readable when the process ends.
UniqueFd open_process(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

bool ends_within(pid_t pid, std::chrono::milliseconds time) {
  const UniqueFd ended = open_process(pid);
  pollfd watched{ended.get(), POLLIN, 0};
  return ended && ::poll(&watched, 1, static_cast<int>(time.count())) > 0;
}

// The process first, so that a shell does not go on with what is next; then those that it has started.
void send_to_family(pid_t pid, int signal) {
  const std::string process = std::to_string(pid);
  std::ifstream list("/proc/" + process + "/task/" + process + "/children");
  const std::vector<pid_t> children{std::istream_iterator<pid_t>(list), {}};
  ::kill(pid, signal);
  for (const pid_t child : children) send_to_family(child, signal);
}

}  // namespace

UniqueFd ShellCommand::start() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw LocalError(shown_, errno);
  UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  // With a terminal it stays in the foreground, so that it may ask there; Ctrl-C reaches all of it then.
  leads_group_ = !has_terminal();
  static_cast<void>(std::signal(SIGCHLD, SIG_DFL));  // ignored, as some parents leave it, the status would be lost
  const auto end_held_off = EndAction::hold_off();
  pid_ = spawn_shell(command_, shown_, writing.get(), leads_group_);
  end_at_end_.emplace([this] { end(); });
  return reading;
}

void ShellCommand::finish(const std::stop_token& stop) {
  const UniqueFd ended = open_process(pid_);
  if (ended) wait_readable(ended.get(), stop, shown_);
  const int status = reap();
  if (status == 0) return;
  const std::string how = WIFSIGNALED(status) ? "ended by signal " + std::to_string(WTERMSIG(status))
                                              : "exit status " + std::to_string(WEXITSTATUS(status));
  throw LocalError(shown_, "the command failed: " + how, ECHILD);
}

ShellCommand::~ShellCommand() {
  if (pid_ < 0) return;
  end();
  reap();
}

void ShellCommand::end() const noexcept {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds grace{1};
  constexpr int step_milliseconds = 10;
  const auto end_of_grace = Clock::now() + grace;
  send(SIGTERM);
  if (!ends_within(pid_, grace)) return send(SIGKILL);
  if (!leads_group_) return;
  // What it has started may go on without it. It is in its group itself until it is waited for.
  ::waitpid(pid_, nullptr, WNOHANG);
  while (::kill(-pid_, 0) == 0) {
    if (Clock::now() >= end_of_grace) return send(SIGKILL);
    ::poll(nullptr, 0, step_milliseconds);
  }
}

void ShellCommand::send(int signal) const noexcept {
  if (leads_group_) {
    ::kill(-pid_, signal);
  } else {
    send_to_family(pid_, signal);
  }
}

int ShellCommand::reap() noexcept {
  int status = -1;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  end_at_end_.reset();
  pid_ = -1;
  return status;
}

}  // namespace gridfs::util
