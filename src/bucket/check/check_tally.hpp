/// Verifies the chunks of one file against its files document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/check.hpp"

namespace gridfs::detail {

/// What is wrong with some chunks that lie together.
struct ChunkProblem {
  FindingKind kind;
  std::string detail;
  std::int64_t chunks;
};

/// Memory does not grow with the file: neighbours share a problem, and behind `most_problems` they are only counted.
class ChunkTally {
 public:
  static constexpr std::size_t most_problems = 1000;

  /// @param length, chunk_size  as the files document says
  ChunkTally(std::int64_t length, std::int32_t chunk_size);

  /// Takes the next chunk in the order of their numbers.
  /// @param n     its sequence number; empty if it has none
  /// @param size  bytes of its data; empty if it has none
  void add(std::optional<std::int64_t> n, std::optional<std::int64_t> size);

  /// Call it behind the last chunk.
  void finish();

  [[nodiscard]] std::int64_t chunks() const noexcept { return chunks_; }
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] bool complete() const noexcept { return problems_.empty(); }
  [[nodiscard]] const std::vector<ChunkProblem>& problems() const noexcept { return problems_; }
  /// How many problems there are besides those that problems() has.
  [[nodiscard]] std::int64_t uncounted() const noexcept { return more_; }

 private:
  void add_problem(FindingKind kind, std::string detail, std::int64_t chunks = 1);
  void missing_up_to(std::int64_t n);
  void check_size(std::int64_t n, std::optional<std::int64_t> size);
  void end_of_duplicates();
  [[nodiscard]] std::string chunk_name(std::int64_t n) const;

  std::int64_t length_;
  std::int32_t chunk_size_;
  std::int64_t expected_;
  std::int64_t next_ = 0;  // the number that is due
  std::int64_t chunks_ = 0;
  std::int64_t bytes_ = 0;
  std::int64_t twins_ = 0;  // of the chunk before next_
  std::int64_t behind_ = 0;
  std::int64_t first_behind_ = 0;
  std::int64_t last_behind_ = 0;
  std::int64_t unnumbered_ = 0;
  std::vector<ChunkProblem> problems_;
  std::int64_t more_ = 0;
};

}  // namespace gridfs::detail
