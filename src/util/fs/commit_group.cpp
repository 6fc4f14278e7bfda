#include "util/fs/commit_group.hpp"

#include <atomic>
#include <cstddef>
#include <thread>

namespace gridfs::util {

namespace {

constexpr std::size_t most_pending = 256;  // of the 1,024 descriptors that a process has
constexpr std::size_t most_threads = 32;   // nearly all of their time, they wait for the disk

}  // namespace

void CommitGroup::add(std::unique_ptr<OutputFile> file, Callback callback) {
  Pending full;
  {
    const std::lock_guard lock(mutex_);
    pending_.emplace_back(std::move(file), std::move(callback));
    if (pending_.size() == most_pending) full.swap(pending_);
  }
  commit(std::move(full));
}

void CommitGroup::commit() {
  Pending pending;
  {
    const std::lock_guard lock(mutex_);
    pending.swap(pending_);
  }
  commit(std::move(pending));
}

void CommitGroup::commit(Pending pending) const {
  std::vector<std::exception_ptr> errors(pending.size());
  const auto attempt = [&](std::size_t i, auto step) {
    try {
      step(*pending[i].first);
    } catch (...) {
      errors[i] = std::current_exception();
    }
  };
  {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    // Where the disk answers at once, the first ones leave nothing to the others.
    for (std::size_t begun = 0; begun < most_threads && next < pending.size(); ++begun) {
      threads.emplace_back([&] {
        for (std::size_t i = next++; i < pending.size(); i = next++) attempt(i, [](OutputFile& file) { file.sync(); });
      });
    }
  }
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (!errors[i]) attempt(i, [this](OutputFile& file) { file.commit(sync_); });
    pending[i].second(errors[i]);
  }
}

}  // namespace gridfs::util
