/// Listing files (GridOutCursor in PyMongo).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gridfs/export.hpp"
#include "gridfs/file_info.hpp"

namespace gridfs {

/// The parameters of a find; see https://www.mongodb.com/docs/manual/reference/command/find/.
struct FindOptions {
  /// For example `{"uploadDate": -1}`.
  std::optional<Document> sort;
  /// The fields to return, for example `{"filename": 1}`; complete files documents if empty.
  std::optional<Document> projection;
  /// From 0.
  std::int64_t skip = 0;
  /// From 0; 0 is no limit.
  std::int64_t limit = 0;
  /// Documents per reply, from 1; the server's default if empty.
  std::optional<std::int32_t> batch_size;
  /// Prevents the server from closing a cursor that is idle for ten minutes. The end of its session, by default after
  /// 30 minutes, closes it all the same.
  bool no_cursor_timeout = false;
  /// An index by its keys or its name.
  std::variant<std::monostate, Document, std::string> hint;
  /// A comment for the server's log and profiler.
  std::optional<std::string> comment;
  std::optional<Document> collation;
  /// Compares text byte by byte, regardless of the collection's collation; not together with `collation`.
  bool exact_text = false;
  /// The server's time limit for the query, 1 ms to 2147483647 ms (24 days).
  std::optional<std::chrono::milliseconds> max_time;
  /// Allows the server to sort on disk.
  std::optional<bool> allow_disk_use;
};

/// The files that match a filter, fetched in batches; memory use does not depend on their number. An input range:
///
///     for (const gridfs::FileInfo& file : bucket.find()) …
///
/// Not thread-safe. Movable; a moved-from cursor may only be assigned to or destroyed.
class GRIDFS_EXPORT FileCursor {
 public:
  FileCursor(FileCursor&&) noexcept;
  FileCursor& operator=(FileCursor&&) noexcept;
  FileCursor(const FileCursor&) = delete;
  FileCursor& operator=(const FileCursor&) = delete;
  ~FileCursor();

  /// The next file; empty at the end. The first call sends the query, and tries it again after a transient failure. A
  /// listing that fails later is not continued: after the error the cursor is at its end, until rewind().
  /// @throws ConnectionError, AuthenticationError, ServerError, Stopped
  std::optional<FileInfo> next();

  /// Up to `length` files; if empty, all remaining ones, which are then in memory. Throws as next().
  std::vector<FileInfo> to_list(std::optional<std::size_t> length = std::nullopt);

  /// Gives the connection back, which a cursor holds from the first next() to the end; there are no more files then,
  /// except after a rewind().
  void close() noexcept;

  /// Starts again with the first file, by a new query.
  void rewind();

  /// A cursor with the same parameters that has not started.
  [[nodiscard]] FileCursor clone() const;

  /// The server's plan for this query (the `explain` command). Throws as next().
  [[nodiscard]] Document explain() const;

  /// The distinct values of a field over all files that match the filter (the `distinct` command). Throws as next();
  /// servers before MongoDB 7.1 refuse a hint.
  [[nodiscard]] std::vector<Value> distinct(const std::string& key) const;

  /// Whether the server may have more.
  [[nodiscard]] bool alive() const noexcept;

  /// The number of files returned since the query was sent.
  [[nodiscard]] std::int64_t retrieved() const noexcept;

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = FileInfo;
    using difference_type = std::ptrdiff_t;
    using pointer = const FileInfo*;
    using reference = const FileInfo&;

    Iterator() = default;
    explicit Iterator(FileCursor& cursor) : cursor_(&cursor) { ++*this; }
    reference operator*() const { return *file_; }
    pointer operator->() const { return &*file_; }
    Iterator& operator++() {
      file_ = cursor_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return !it.file_; }

   private:
    FileCursor* cursor_ = nullptr;
    std::optional<FileInfo> file_;
  };

  /// Continues after the last next(); call it once per query.
  Iterator begin() { return Iterator(*this); }
  [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

 private:
  friend class Bucket;
  class Impl;
  explicit FileCursor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridfs
