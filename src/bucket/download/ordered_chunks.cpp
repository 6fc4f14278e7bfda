#include "bucket/download/ordered_chunks.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gridfs::detail {

OrderedChunks::OrderedChunks(const Operation& operation, FileShape file, ChunkRange range)
    : operation_(operation),
      file_(std::move(file)),
      range_(range),
      plan_(plan_download(file_.chunk_size, range.end - range.first, operation.bucket().options().parallelism,
                          operation.bucket().options().memory_bytes)),
      begun_(range.first),
      workers_(static_cast<std::size_t>(plan_.workers)) {}

std::span<const std::byte> OrderedChunks::next() {
  if (!current_ || current_->position() == current_->end()) begin_next_part();
  operation_.check();
  return current_->next();
}

void OrderedChunks::begin_next_part() {
  if (current_) {
    current_->expect_end();
    current_.reset();  // its connection is for the next one
  } else if (plan_.workers == 1 || !operation_.bucket().client().is_far()) {
    begin_with_one_query();
  }
  fetch_ahead();
  if (!current_) take_first_ahead();
}

void OrderedChunks::take_first_ahead() {
  current_ = ahead_.front().get();
  ahead_.pop_front();
  if (current_->fetch_ahead_if_free()) return;
  // What it waits for may be the connections of those behind it.
  ahead_.clear();
  begun_ = current_->end();
  current_->fetch_ahead();
}

// A server without an index to use reads the whole collection for each query: there the first reply takes long, and
// this query has to be the only one. Where the network is slow, it serves as well as several would.
void OrderedChunks::begin_with_one_query() {
  constexpr std::chrono::milliseconds slow(50);
  const bool may_share = plan_.workers > 1;
  const auto begin = std::chrono::steady_clock::now();
  current_ = reader(range_, may_share ? 1 : 0);  // the one behind its part tells that none is there twice
  current_->fetch_ahead();
  begun_ = range_.end;
  if (!may_share || std::chrono::steady_clock::now() - begin > slow) return;
  begun_ = std::min(range_.first + plan_.chunks_per_reply, range_.end);
  current_->end_at(begun_);
}

void OrderedChunks::fetch_ahead() {
  while (begun_ < range_.end && std::ssize(ahead_) + (current_ ? 1 : 0) < plan_.workers) {
    const auto end = std::min(begun_ + plan_.chunks_per_reply, range_.end);
    auto fetch = [part = reader({begun_, end})]() mutable {
      part->fetch_ahead_if_free();
      return std::move(part);
    };
    auto task = std::make_shared<std::packaged_task<std::unique_ptr<ChunkReader>()>>(std::move(fetch));
    ahead_.push_back(task->get_future());
    workers_.run([task] { (*task)(); });
    begun_ = end;
  }
}

std::unique_ptr<ChunkReader> OrderedChunks::reader(ChunkRange part, int extra_chunks) const {
  return std::make_unique<ChunkReader>(operation_, file_, part, plan_.chunks_per_reply + extra_chunks);
}

}  // namespace gridfs::detail
