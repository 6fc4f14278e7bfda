#include "bucket/chunks/chunk_queue.hpp"

#include <algorithm>
#include <utility>

namespace gridfs::detail {

ChunkQueue::ChunkQueue(std::int64_t first, std::size_t room, int threads)
    : slots_(room), first_kept_(first), next_(first), under_way_(threads) {
  failures_.reserve(static_cast<std::size_t>(threads));
}

ChunkQueue::~ChunkQueue() {
  if (reader_) reader_->cancel();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  room_.notify_all();
  reader_.reset();
}

std::span<const std::byte> ChunkQueue::next() {
  std::unique_lock lock(mutex_);
  if (first_kept_ < next_) {
    slot_of(first_kept_).full = false;
    first_kept_ = next_;
    room_.notify_all();
  }
  const Slot& slot = slot_of(next_);
  arrived_.wait(lock, [&] { return slot.full || failure_of(next_) != nullptr; });
  if (!slot.full) std::rethrow_exception(failure_of(next_)->error);
  ++next_;
  return slot.data;
}

void ChunkQueue::expect_end() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return under_way_ == 0; });
  if (!failures_.empty()) std::rethrow_exception(failures_.front().error);
}

void ChunkQueue::take(std::int64_t n, std::span<const std::byte> chunk) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return ended_ || n - first_kept_ < std::ssize(slots_); });
  if (ended_) return;
  Slot& slot = slot_of(n);
  lock.unlock();
  slot.data.assign(chunk.begin(), chunk.end());  // nobody else looks at it before it is full
  lock.lock();
  slot.full = true;
  lock.unlock();
  arrived_.notify_one();
}

void ChunkQueue::failed(std::int64_t n, std::exception_ptr error) noexcept {
  {
    const std::lock_guard lock(mutex_);
    failures_.push_back({n, std::move(error)});
    --under_way_;
  }
  arrived_.notify_one();
}

void ChunkQueue::ended() noexcept {
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
  }
  arrived_.notify_one();
}

const ChunkQueue::Failure* ChunkQueue::failure_of(std::int64_t n) const noexcept {
  const auto found =
      std::find_if(failures_.begin(), failures_.end(), [n](const auto& failure) { return failure.n == n; });
  return found == failures_.end() ? nullptr : &*found;
}

}  // namespace gridfs::detail
