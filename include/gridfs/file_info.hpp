/// A files document and its fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/document.hpp"
#include "gridfs/export.hpp"

namespace gridfs {

/// A files document, written by any driver (GridFS specification, "files collection document"). Fields are read on
/// access, so that a document with invalid fields can still be listed. A value type. Not thread-safe.
class GRIDFS_EXPORT FileInfo {
 public:
  explicit FileInfo(Document document) : document_(std::move(document)) {}

  /// The complete document.
  [[nodiscard]] const Document& document() const noexcept { return document_; }

  /// @throws CorruptFile  there is no `_id`
  [[nodiscard]] Value id() const;

  /// As stored, which may be invalid UTF-8. Empty if it is missing or not a string.
  [[nodiscard]] std::optional<std::string> filename() const;

  /// In bytes, from 0; stored as int32, int64 or an integral double.
  /// @throws CorruptFile  missing, negative or not a whole number
  [[nodiscard]] std::int64_t length() const;

  /// In bytes, 1 to 2^31 - 1.
  /// @throws CorruptFile  missing, below 1, too large or not a whole number
  [[nodiscard]] std::int32_t chunk_size() const;

  /// The number of chunks for `length()` bytes.
  /// @throws CorruptFile  as length() and chunk_size()
  [[nodiscard]] std::int64_t chunk_count() const;

  [[nodiscard]] std::optional<DateTime> upload_date() const;
  [[nodiscard]] std::optional<Document> metadata() const;

  /// Deprecated by the specification; present in old files.
  [[nodiscard]] std::optional<std::string> md5() const;
  [[nodiscard]] std::vector<std::string> aliases() const;

  /// `metadata.contentType`, else the deprecated top-level `contentType`.
  [[nodiscard]] std::optional<std::string> content_type() const;

 private:
  Document document_;
};

}  // namespace gridfs
