/// The state of one listing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/file_cursor.hpp"

#include "bucket/operation.hpp"

namespace gridfs {

class GRIDFS_NO_EXPORT FileCursor::Impl {
 public:
  /// @throws ConfigurationError  an option is out of range
  Impl(std::shared_ptr<const Bucket::Impl> bucket, Document filter, FindOptions options);

  std::optional<FileInfo> next();
  void close() noexcept;
  void rewind();
  [[nodiscard]] std::unique_ptr<Impl> clone() const;
  [[nodiscard]] Document explain() const;
  [[nodiscard]] std::vector<Value> distinct(const std::string& key) const;
  [[nodiscard]] bool alive() const noexcept;
  [[nodiscard]] std::int64_t retrieved() const noexcept { return retrieved_; }

 private:
  void append_find_options(bson_t* options) const;
  std::optional<FileInfo> fetch_first();
  std::optional<FileInfo> fetch_next();
  template <typename Step>
  auto run(const detail::Operation& operation, Step step) const;

  std::shared_ptr<const Bucket::Impl> bucket_;
  detail::Operation operation_;
  Document filter_;
  FindOptions options_;
  std::optional<detail::Cursor> cursor_;
  bool ended_ = false;
  std::int64_t retrieved_ = 0;
};

}  // namespace gridfs
