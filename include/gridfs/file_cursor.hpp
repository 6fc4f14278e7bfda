/// Listing files (the reference's GridOutCursor).
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

#include "gridfs/file_info.hpp"

namespace gridfs {

/// The parameters of a find; see https://www.mongodb.com/docs/manual/reference/command/find/.
struct FindOptions {
  /// For example `{"uploadDate": -1}`.
  std::optional<Document> sort;
  /// The fields wanted, for example `{"filename": 1}`; whole files documents if empty. A FileInfo knows of no others.
  std::optional<Document> projection;
  /// From 0.
  std::int64_t skip = 0;
  /// From 0; 0 is no limit.
  std::int64_t limit = 0;
  /// Documents a reply, from 1; the server's default if empty.
  std::optional<std::int32_t> batch_size;
  /// Keeps the server from closing a cursor that is idle for ten minutes.
  bool no_cursor_timeout = false;
  /// An index by its keys or its name.
  std::variant<std::monostate, Document, std::string> hint;
  /// Shown in the server's log and profiler.
  std::optional<std::string> comment;
  std::optional<Document> collation;
  /// Compares text byte by byte, whatever the collation of the collection is; without `collation`.
  bool exact_text = false;
  /// The server's time limit for the query, from 1 ms.
  std::optional<std::chrono::milliseconds> max_time;
  /// Lets the server sort on disk where memory is not enough.
  std::optional<bool> allow_disk_use;
};

/// The files that match a filter, fetched batch by batch: memory does not grow with their number. An input range:
///
///     for (const gridfs::FileInfo& file : bucket.find()) …
///
/// Not safe to share between threads. Movable; a moved-from cursor may only be assigned to or destroyed.
class FileCursor {
 public:
  FileCursor(FileCursor&&) noexcept;
  FileCursor& operator=(FileCursor&&) noexcept;
  FileCursor(const FileCursor&) = delete;
  FileCursor& operator=(const FileCursor&) = delete;
  ~FileCursor();

  /// The next file, or nothing at the end. The first call sends the query.
  /// @throws ConnectionError, AuthenticationError, ServerError, Stopped
  std::optional<FileInfo> next();

  /// The next files, at most `length`; all that are left if empty, so mind the memory. Throws as next().
  std::vector<FileInfo> to_list(std::optional<std::size_t> length = std::nullopt);

  /// Starts again from the first file, with a new query.
  void rewind();

  /// A cursor with the same parameters that has not started.
  [[nodiscard]] FileCursor clone() const;

  /// The server's plan for this query (the `explain` command). Throws as next().
  [[nodiscard]] Document explain() const;

  /// The distinct values of a field over all files that match the filter (the `distinct` command). Throws as next().
  [[nodiscard]] std::vector<Value> distinct(const std::string& key) const;

  /// Whether the server may have more.
  [[nodiscard]] bool alive() const noexcept;

  /// How many files next() has returned since the query was sent.
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

  /// Continues where next() stands; call it once a query.
  Iterator begin() { return Iterator(*this); }
  [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

 private:
  friend class Bucket;
  class Impl;
  explicit FileCursor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gridfs
