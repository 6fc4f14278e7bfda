/// Fetches chunks of one file in their order, through one cursor.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "bucket/chunks/chunk_layout.hpp"
#include "bucket/files/file_shape.hpp"
#include "bucket/operation.hpp"

namespace gridfs::detail {

/// If `end` is that of the file, what may be stored behind it is looked for as well.
struct ChunkRange {
  std::int64_t first;
  std::int64_t end;
};

/// Not safe to share between threads.
class ChunkReader {
 public:
  ChunkReader(Operation operation, FileShape file, ChunkRange range, std::int64_t chunks_per_reply);

  /// Waits for the reply with the next chunk.
  void fetch_ahead() { at_hand_ = fetch(operation_); }

  /// The same, if a connection is free at once. Another thread may do that.
  /// @return  whether next() has the reply
  bool fetch_ahead_if_free();

  /// The data of the next chunk, valid until the next call. Transient failures are picked up at the same chunk.
  /// @throws CorruptFile   it is missing, or there twice, or its length is wrong
  /// @throws FileNotFound  it is missing, and so is the file by now
  std::span<const std::byte> next();

  /// The sequence number of the chunk that next() will return; end() when there is none left.
  [[nodiscard]] std::int64_t position() const noexcept { return next_; }
  [[nodiscard]] std::int64_t end() const noexcept { return range_.end; }

  /// Leaves the chunks from there on to others.
  void end_at(std::int64_t end) noexcept { range_.end = end; }

  /// Call it behind the last chunk.
  /// @throws CorruptFile  one is there twice, or there is one behind the file's last, and not an empty one
  void expect_end();

 private:
  [[nodiscard]] Cursor open(const Operation& operation) const;
  const bson_t* fetch(const Operation& operation);
  [[nodiscard]] bool is_last() const noexcept { return range_.end >= file_.chunks(); }
  [[nodiscard]] std::int64_t chunks_to_ask_for() const noexcept;
  [[nodiscard]] std::span<const std::byte> checked_data(const bson_t* chunk);
  /// @param found  what was found in place of the next chunk
  [[nodiscard]] bool is_missing(const bson_t* found) const;
  [[noreturn]] void throw_missing();
  [[noreturn]] void throw_corrupt(const std::string& what) const;

  Operation operation_;
  FileShape file_;
  ChunkRange range_;
  std::int64_t chunks_per_reply_;
  std::int64_t next_;
  Reader reader_ = Reader::caller;
  std::optional<Cursor> cursor_;
  std::optional<const bson_t*> at_hand_;
};

}  // namespace gridfs::detail
