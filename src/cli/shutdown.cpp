#include "cli/shutdown.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <poll.h>
#include <spdlog/fmt/fmt.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cli/output/messages.hpp"
#include "cli/output/status_line.hpp"
#include "util/process/process_end.hpp"
#include "util/process/unique_fd.hpp"
#include "util/text/escape.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

constexpr std::chrono::seconds grace{10};

// Of the end itself, after the grace or a second signal: a command that is read gets one second.
constexpr std::chrono::seconds longest_end{2};

constexpr auto never = Shutdown::Clock::time_point::max();

// What poll() takes: -1 for no limit.
int milliseconds_until(Shutdown::Clock::time_point until) {
  if (until == never) return -1;
  constexpr std::chrono::milliseconds longest{60'000};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Shutdown::Clock::now());
  return static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), longest).count());
}

std::string cleaning_up(std::span<const Leftover> writes) {
  std::int64_t bytes = 0;
  for (const Leftover& one : writes) {
    if (one.kind == Leftover::Kind::chunks) bytes += one.bytes;
  }
  return bytes > 0 ? "cleaning up " + util::size_in_words(bytes) : "waiting for the server, to clean up";
}

}  // namespace

void log_signal(int signal) {
  if (signal != 0) log_error(fmt::format("ended by SIG{}", ::sigabbrev_np(signal)));
}

Shutdown::Shutdown(std::optional<std::chrono::milliseconds> time_limit, ProgressStyle style, std::string prefix)
    : progress_(
          style, std::move(prefix), [this] { return moved(); }, [this] { return waiting(); }) {
  if (time_limit) until_ = Clock::now() + *time_limit;
  thread_ = std::jthread([this](const std::stop_token& destroyed) { watch(destroyed); });
}

Shutdown::~Shutdown() {
  thread_.request_stop();
  thread_.join();
}

void Shutdown::set_client(const Client* client) {
  const std::lock_guard lock(mutex_);
  client_ = client;
}

void Shutdown::watch(const std::stop_token& destroyed) {
  drop_messages_that_wait();
  const util::UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const std::stop_callback on_destruction(destroyed, [&] { ::eventfd_write(wake.get(), 1); });
  std::array<pollfd, 2> watched{pollfd{signals_.get(), POLLIN, 0}, pollfd{wake.get(), POLLIN, 0}};
  while (!destroyed.stop_requested()) {
    const auto next = std::min(until_.value_or(never), progress_.due().value_or(never));
    if (::poll(watched.data(), watched.size(), milliseconds_until(next)) < 0 && errno != EINTR) return;
    while (const int signal = signals_.next()) on_signal(signal);
    if (until_ && Clock::now() >= *until_ && !destroyed.stop_requested()) on_time();
    progress_.show(Clock::now());
  }
}

void Shutdown::on_signal(int signal) {
  if (signal == SIGUSR1) return progress_.print(Clock::now());
  const bool second = signal_ != 0;
  if (!is_request(signal)) return;
  if (second) end_now(longest_end);
  if (!source_.stop_requested()) begin();
}

bool Shutdown::is_request(int signal) {
  if (signal == SIGUSR1) return false;
  // timeout(1) sends its signal to the program, and at once to the process group of the program: that is one request.
  constexpr std::chrono::milliseconds same_request{100};
  if (signal_ == signal && Clock::now() - signalled_ < same_request) return false;
  signal_ = signal;
  signalled_ = Clock::now();
  return true;
}

void Shutdown::on_time() {
  if (source_.stop_requested()) end_now(longest_end);
  const auto unreached = waiting();
  time_limit_message_ = "the time limit has passed";
  if (unreached) time_limit_message_ += " while waiting for " + util::escape(unreached->servers);
  time_limit_passed_ = true;
  begin();
}

void Shutdown::begin() {
  end_status();  // nothing progresses any more
  source_.request_stop();
  const auto writes = unfinished();
  if (writes.empty()) end_now(grace);
  until_ = Clock::now() + grace;
  if (::isatty(STDERR_FILENO) == 1) say_always(cleaning_up(writes) + " (press Ctrl-C again to leave it)");
}

Progress Shutdown::moved() {
  const std::lock_guard lock(mutex_);
  return client_ == nullptr ? Progress() : client_->progress();
}

std::optional<Waiting> Shutdown::waiting() {
  const std::lock_guard lock(mutex_);
  return client_ == nullptr ? std::nullopt : client_->waiting();
}

std::vector<Leftover> Shutdown::unfinished() {
  const std::lock_guard lock(mutex_);
  return client_ == nullptr ? std::vector<Leftover>() : client_->unfinished_writes();
}

std::vector<Leftover> Shutdown::leftovers() {
  const std::lock_guard lock(mutex_);
  if (client_ == nullptr) return {};
  // In this order none is missed that ends meanwhile.
  auto all = client_->unfinished_writes();
  for (Leftover& one : client_->leftovers()) all.push_back(std::move(one));
  return all;
}

ExitCode Shutdown::say_last(const std::function<ExitCode()>& words) {
  const std::lock_guard lock(last_words_);
  end_status();
  status_ = words();
  return *status_;
}

void Shutdown::end_now(std::chrono::seconds longest) {
  end_regardless_at(Clock::now() + longest);
  end_status();
  util::EndAction::run_all();
  util::reset_connections_at_end();
  const std::unique_lock lock(last_words_, longest_wait_for_lock());
  if (!lock) leave(ExitCode::unreachable);
  if (!status_) {
    if (time_limit_passed_) say_error(time_limit_message_);
    log_signal(signal_);
    say_leftovers(leftovers());
  }
  leave(status_.value_or(ExitCode::unreachable));
}

// Whatever the thread that ends the program is held up by. That thread reads no signals any more.
void Shutdown::end_regardless_at(Clock::time_point time) {
  try {
    std::thread([this, time]() mutable {
      pollfd watched{signals_.get(), POLLIN, 0};
      while (Clock::now() < time) {
        if (::poll(&watched, 1, milliseconds_until(time)) < 0 && errno != EINTR) return;
        while (const int signal = signals_.next()) {
          if (is_request(signal)) time = std::min(time, Clock::now() + longest_end);
        }
      }
      leave(ExitCode::unreachable);
    }).detach();
  } catch (const std::system_error&) {
    // Then it ends when it can.
  }
}

void Shutdown::leave(ExitCode code) const {
  if (signal_ != 0) util::end_by_signal(signal_);
  ::_exit(static_cast<int>(code));
}

}  // namespace gridfs::cli
