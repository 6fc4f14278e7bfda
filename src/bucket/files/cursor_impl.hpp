/// The state of one listing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/file_cursor.hpp"

#include "bucket/bucket_impl.hpp"

namespace gridfs {

class FileCursor::Impl {
 public:
  /// @throws ConfigurationError  an option is out of range
  Impl(std::shared_ptr<const Bucket::Impl> bucket, Document filter, FindOptions options);

  std::optional<FileInfo> next();
  void rewind();
  [[nodiscard]] std::unique_ptr<Impl> clone() const;
  [[nodiscard]] Document explain() const;
  [[nodiscard]] std::vector<Value> distinct(const std::string& key) const;
  [[nodiscard]] bool alive() const noexcept;
  [[nodiscard]] std::int64_t retrieved() const noexcept { return retrieved_; }

 private:
  std::optional<FileInfo> fetch(bool exact_text);
  void open(bool exact_text);
  void append_find_options(bson_t* options, bool exact_text) const;
  std::optional<FileInfo> fetch_first();
  std::optional<FileInfo> fetch_next();
  [[nodiscard]] Document run(const char* what, const std::function<void(bson_t*, bool)>& append_command) const;

  std::shared_ptr<const Bucket::Impl> bucket_;
  Document filter_;
  FindOptions options_;
  std::optional<detail::ClientCursor> cursor_;
  bool ended_ = false;
  std::int64_t retrieved_ = 0;
};

}  // namespace gridfs
