#include "bucket/client/workers.hpp"

#include <system_error>
#include <utility>

namespace gridfs::detail {

void Workers::wait_for_place(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return waiting_.size() + under_way_ < at_once_; });
}

void Workers::run(Task task) {
  if (at_once_ == 1) return task();
  std::unique_lock lock(mutex_);
  wait_for_place(lock);
  ended_ = false;
  if (waiting_.size() + under_way_ >= threads_.size() && !begin_thread() && threads_.empty()) {
    lock.unlock();
    return task();
  }
  waiting_.push_back(std::move(task));
  lock.unlock();
  changed_.notify_all();
}

// False where the system allows no more.
bool Workers::begin_thread() {
  try {
    threads_.emplace_back([this] { work(); });
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void Workers::run_here(const Task& task) {
  if (at_once_ == 1) return task();
  std::unique_lock lock(mutex_);
  wait_for_place(lock);
  ++under_way_;
  lock.unlock();
  task();
  lock.lock();
  --under_way_;
}

void Workers::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && under_way_ == 0; });
}

void Workers::wait_until(const std::function<bool()>& done) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, done);
}

void Workers::cancel() noexcept {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Task task = std::move(waiting_.front());
    waiting_.pop_front();
    ++under_way_;
    lock.unlock();
    task();
    task = nullptr;  // what it holds is free before another one may begin
    lock.lock();
    --under_way_;
    changed_.notify_all();
  }
}

}  // namespace gridfs::detail
