/// Does tasks on threads of its own, a bounded number at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gridfs::detail {

/// Used by one thread, which is the only one to hand tasks over. The threads begin with the first task; where the
/// system allows none, that thread does the tasks.
class Workers {
 public:
  /// A task must not throw.
  using Task = std::function<void()>;

  /// @param at_once  the most tasks under way or waiting; 1: run() itself does each, and there are no threads
  explicit Workers(std::size_t at_once) : at_once_(at_once) {}
  ~Workers() { cancel(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  Workers(Workers&&) = delete;
  Workers& operator=(Workers&&) = delete;

  /// Hands a task over; waits while as many as may be are under way.
  void run(Task task);

  /// Does the task on the calling thread, as one of those that may be under way.
  void run_here(const Task& task);

  /// Waits until no task is under way or waiting.
  void wait();

  /// Waits until `done()`, which is looked at whenever a task has ended.
  void wait_until(const std::function<bool()>& done);

  /// Drops the tasks that have not begun, waits for those that have, and ends the threads.
  void cancel() noexcept;

 private:
  void work();
  bool begin_thread();
  void wait_for_place(std::unique_lock<std::mutex>& lock);

  std::size_t at_once_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;
  std::size_t under_way_ = 0;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gridfs::detail
