/// The one place where a signal, or the time limit, ends the program.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "gridfs/client.hpp"

#include "cli/output/exit_code.hpp"
#include "cli/output/progress.hpp"
#include "util/process/signals.hpp"

namespace gridfs::cli {

/// Says in the log that a signal ends the program; 0: none does.
void log_signal(int signal);

/// The first of SIGINT, SIGTERM and SIGHUP, or the end of the time limit, requests a stop: nothing new is sent then.
///
/// Where no write has begun on the server, the program ends at once, whatever its threads are waiting for. Where one
/// has, what was sent gets ten seconds to be answered, and is cleaned up behind, by the thread that sent it; the
/// program then ends on its own. When they are over, or with a second signal, it ends at once, and says what may be
/// left. The same signal within a tenth of a second is not a second one. Ending at once does every util::EndAction, and
/// resets the connections.
///
/// SIGUSR1 prints the progress, and does nothing else.
///
/// One thread waits for all of this, and shows the progress meanwhile. It drops messages that nobody reads. Where
/// something else holds the end up, a lock or a disk, that has two seconds after a second signal, ten after the first.
/// Make it before any other thread.
class Shutdown {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param time_limit  from now on; empty: none
  /// @param prefix      of the lines that SIGUSR1 prints
  explicit Shutdown(std::optional<std::chrono::milliseconds> time_limit, ProgressStyle style = ProgressStyle::none,
                    std::string prefix = {});
  ~Shutdown();

  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }

  /// The signal that came first, 0 if none did.
  [[nodiscard]] int signal() const noexcept { return signal_; }
  [[nodiscard]] bool time_limit_passed() const noexcept { return time_limit_passed_; }

  /// That the time limit has passed, and the servers that could not be reached until then.
  /// @pre time_limit_passed()
  [[nodiscard]] const std::string& time_limit_message() const noexcept { return time_limit_message_; }

  /// Runs the last output of the thread that ran the command, and keeps the exit status that it returns. The program is
  /// not ended meanwhile, unless they wait for a reader, and afterwards it is ended with that status and without
  /// another message. Does not return if it is being ended already.
  ExitCode say_last(const std::function<ExitCode()>& words);

  /// What may be left on the server, by writes that have failed and by those under way.
  [[nodiscard]] std::vector<Leftover> leftovers();

  [[nodiscard]] ProgressDisplay& progress() noexcept { return progress_; }

  /// The client whose writes and progress count; null: none.
  void set_client(const Client* client);

 private:
  void watch(const std::stop_token& destroyed);
  void on_signal(int signal);
  bool is_request(int signal);
  void on_time();
  void begin();
  [[nodiscard]] std::vector<Leftover> unfinished();
  [[nodiscard]] Progress moved();
  [[nodiscard]] std::optional<Waiting> waiting();
  [[noreturn]] void end_now(std::chrono::seconds longest);
  void end_regardless_at(Clock::time_point time);
  [[noreturn]] void leave(ExitCode code) const;

  util::SignalDescriptor signals_;
  std::stop_source source_;
  std::optional<Clock::time_point> until_;  // the time limit; after a stop, the end of the grace
  std::atomic<int> signal_ = 0;
  Clock::time_point signalled_;  // when it came
  std::string time_limit_message_;
  std::atomic<bool> time_limit_passed_ = false;  // after the message is there
  std::mutex mutex_;
  const Client* client_ = nullptr;
  ProgressDisplay progress_;
  std::timed_mutex last_words_;
  std::optional<ExitCode> status_;  // once they are printed
  std::jthread thread_;
};

}  // namespace gridfs::cli
