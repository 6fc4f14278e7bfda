/// What a files document says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/document.hpp"

namespace gridfs {

/// A files document, from whatever driver wrote it (GridFS specification, "files collection document"). The accessors
/// read the document when asked, so that one with nonsense in it can still be listed. A value type, not synchronised.
class FileInfo {
 public:
  explicit FileInfo(Document document) : document_(std::move(document)) {}

  /// The whole document as it is stored.
  [[nodiscard]] const Document& document() const noexcept { return document_; }

  /// @throws CorruptFile  there is no `_id`
  [[nodiscard]] Value id() const;

  /// As it is stored: not necessarily UTF-8. Empty if there is none, or if it is no string.
  [[nodiscard]] std::optional<std::string> filename() const;

  /// Bytes, from 0; stored as int32, int64 or a whole double.
  /// @throws CorruptFile  missing, negative or not a whole number
  [[nodiscard]] std::int64_t length() const;

  /// Bytes a chunk, 1 to 2^31 - 1.
  /// @throws CorruptFile  missing, below 1, too large or not a whole number
  [[nodiscard]] std::int32_t chunk_size() const;

  /// How many chunks hold `length()` bytes.
  /// @throws CorruptFile  as length() and chunk_size()
  [[nodiscard]] std::int64_t chunk_count() const;

  [[nodiscard]] std::optional<DateTime> upload_date() const;
  [[nodiscard]] std::optional<Document> metadata() const;

  /// Deprecated by the specification, but old files have them.
  [[nodiscard]] std::optional<std::string> md5() const;
  [[nodiscard]] std::vector<std::string> aliases() const;

  /// `metadata.contentType`, else the deprecated top-level `contentType`.
  [[nodiscard]] std::optional<std::string> content_type() const;

 private:
  Document document_;
};

}  // namespace gridfs
