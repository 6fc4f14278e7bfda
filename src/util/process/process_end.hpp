/// What must still be done when the process ends without unwinding its stack.
#pragma once

#include <functional>
#include <list>
#include <mutex>

namespace gridfs::util {

/// An action for run_all(), as long as this object lives, such as unlinking a temporary file. It runs in the thread
/// that calls run_all(), while other threads continue: what it uses may need a lock. Thread-safe.
class EndAction {
 public:
  /// @param action  must not throw
  explicit EndAction(std::function<void()> action);
  ~EndAction();
  EndAction(const EndAction&) = delete;
  EndAction& operator=(const EndAction&) = delete;

  /// run_all() waits for as long as this lock is held: for making something and the action that undoes it.
  /// The same thread may hold it more than once.
  [[nodiscard]] static std::unique_lock<std::recursive_mutex> hold_off();

  /// Does all of them, the youngest first. No other thread can make or destroy one after that: call it right before
  /// the end.
  static void run_all() noexcept;

 private:
  std::list<std::function<void()>>::iterator position_;
};

/// Makes every TCP connection of this process but standard input, output and error end with a reset: what has not left
/// the machine by the end of the process is dropped, so that no server carries it out later. For a process about to
/// end; the connections still work until then.
void reset_connections_at_end() noexcept;

}  // namespace gridfs::util
