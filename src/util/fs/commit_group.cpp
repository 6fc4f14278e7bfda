#include "util/fs/commit_group.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>

#include "util/process/startup.hpp"

namespace gridfs::util {

namespace {

constexpr std::size_t most_threads = 32;  // nearly all of their time, they wait for the disk

// Each has two descriptors: its own, and that of its directory. The rest are for connections and directories.
std::size_t most_open_files() {
  constexpr std::size_t most = 512;
  constexpr std::size_t part = 8;
  return std::clamp<std::size_t>(descriptor_limit() / part, 2, most);
}

}  // namespace

CommitGroup::CommitGroup(SyncDirectory sync) : sync_(std::move(sync)), most_open_(most_open_files()) {}

void CommitGroup::add(std::unique_ptr<OutputFile> file, Callback callback) {
  Pending full;
  {
    std::unique_lock lock(mutex_);
    closed_.wait(lock, [this] { return open_ < most_open_; });
    ++open_;
    pending_.emplace_back(std::move(file), std::move(callback));
    if (pending_.size() == most_open_ / 2) full.swap(pending_);  // others are added meanwhile
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

void CommitGroup::commit(Pending pending) {
  const struct Closing {
    CommitGroup& group;
    Pending& files;
    ~Closing() {
      const std::size_t count = files.size();
      files.clear();
      const std::lock_guard lock(group.mutex_);
      group.open_ -= count;
      group.closed_.notify_all();
    }
  } closing{*this, pending};
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
    const auto sync_the_rest = [&] {
      for (std::size_t i = next++; i < pending.size(); i = next++) attempt(i, [](OutputFile& file) { file.sync(); });
    };
    std::vector<std::jthread> threads;
    try {
      // Where the disk answers at once, the first ones leave nothing to the others.
      while (threads.size() < most_threads && next < pending.size()) threads.emplace_back(sync_the_rest);
    } catch (const std::system_error&) {
      sync_the_rest();  // with as many as there can be
    }
  }
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (!errors[i]) attempt(i, [this](OutputFile& file) { file.commit(sync_); });
    pending[i].second(errors[i]);
  }
}

}  // namespace gridfs::util
