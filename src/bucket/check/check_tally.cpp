#include "bucket/check/check_tally.hpp"

#include <utility>

#include "bucket/chunks/chunk_layout.hpp"

namespace gridfs::detail {

ChunkTally::ChunkTally(std::int64_t length, std::int32_t chunk_size)
    : length_(length), chunk_size_(chunk_size), expected_(chunk_count(length, chunk_size)) {}

void ChunkTally::add(std::optional<std::int64_t> n, std::optional<std::int64_t> size) {
  ++chunks_;
  bytes_ += size.value_or(0);
  // Some drivers have stored one empty chunk for an empty file (GridFS specification, "zero-length files").
  if (length_ == 0 && chunks_ == 1 && size == 0) return;
  if (!n || *n < 0) {
    ++unnumbered_;
  } else if (*n >= expected_) {
    if (size == 0) return;  // readers ignore it
    if (behind_++ == 0) first_behind_ = *n;
    last_behind_ = *n;
  } else if (*n < next_) {
    ++twins_;
    check_size(*n, size);
  } else {
    end_of_duplicates();
    missing_up_to(*n);
    check_size(*n, size);
    next_ = *n + 1;
  }
}

void ChunkTally::finish() {
  end_of_duplicates();
  missing_up_to(expected_);
  const std::string should = "; there should be " + std::to_string(expected_);
  if (behind_ == 1) {
    add_problem(FindingKind::superfluous_chunk, "chunk " + std::to_string(first_behind_) + " is too many" + should);
  } else if (behind_ > 1) {
    add_problem(FindingKind::superfluous_chunk,
                std::to_string(behind_) + " chunks, " + std::to_string(first_behind_) + " to " +
                    std::to_string(last_behind_) + ", are too many" + should,
                behind_);
  }
  if (unnumbered_ > 0) {
    add_problem(
        FindingKind::superfluous_chunk,
        std::to_string(unnumbered_) + (unnumbered_ == 1 ? " chunk has" : " chunks have") + " no valid sequence number",
        unnumbered_);
  }
}

void ChunkTally::add_problem(FindingKind kind, std::string detail, std::int64_t chunks) {
  if (problems_.size() < most_problems) {
    problems_.push_back({kind, std::move(detail), chunks});
  } else {
    ++more_;
  }
}

void ChunkTally::missing_up_to(std::int64_t n) {
  const std::int64_t missing = n - next_;
  if (missing <= 0) return;
  if (missing == 1) {
    add_problem(FindingKind::missing_chunk, chunk_name(next_) + " is missing");
  } else {
    add_problem(FindingKind::missing_chunk,
                "chunks " + std::to_string(next_) + " to " + std::to_string(n - 1) + " of " +
                    std::to_string(expected_) + " are missing",
                missing);
  }
  next_ = n;
}

void ChunkTally::check_size(std::int64_t n, std::optional<std::int64_t> size) {
  const std::int64_t wanted = chunk_length(n, length_, chunk_size_);
  if (size == wanted) return;
  add_problem(FindingKind::wrong_chunk_size,
              chunk_name(n) + (size ? " has length " + std::to_string(*size) + ", not " + std::to_string(wanted)
                                    : std::string(" has no data")));
}

void ChunkTally::end_of_duplicates() {
  const std::int64_t twins = std::exchange(twins_, 0);
  if (twins == 0) return;
  const std::string times = twins == 1 ? "twice" : std::to_string(twins + 1) + " times";
  add_problem(FindingKind::duplicate_chunk, chunk_name(next_ - 1) + " is there " + times, twins);
}

std::string ChunkTally::chunk_name(std::int64_t n) const {
  return "chunk " + std::to_string(n) + " of " + std::to_string(expected_);
}

}  // namespace gridfs::detail
