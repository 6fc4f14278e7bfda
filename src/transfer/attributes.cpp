#include "transfer/attributes.hpp"

#include <cstdint>

#include "util/fs/file_io.hpp"

namespace gridfs::transfer {

namespace {

constexpr const char* modified_key = "mtime";
constexpr const char* mode_key = "mode";

constexpr std::int64_t largest_mode = 0177777;  // with the type of the file, as other programs may have stored it

}  // namespace

Attributes stored_attributes(const FileInfo& file) {
  Attributes attributes;
  const Document metadata = file.metadata().value_or(Document());
  if (const auto value = metadata.find(modified_key)) {
    attributes.modified = value->as_date_time();
    if (!attributes.modified) attributes.ignored.push_back(std::string("metadata.") + modified_key);
  }
  if (!attributes.modified) attributes.modified = file.upload_date();
  if (const auto value = metadata.find(mode_key)) {
    const auto mode = value->as_integer();
    if (mode && *mode >= 0 && *mode <= largest_mode) {
      attributes.mode = static_cast<mode_t>(*mode) & ACCESSPERMS;
    } else {
      attributes.ignored.push_back(std::string("metadata.") + mode_key);
    }
  }
  return attributes;
}

Document with_field(const std::optional<Document>& metadata, std::string_view key, const Value& value) {
  Document result;
  for (const auto& [name, old_value] : metadata.value_or(Document()).fields()) {
    if (name != key) result.append(name, old_value);
  }
  return result.append(key, value);
}

Document with_attributes(const std::optional<Document>& metadata, const struct stat& status) {
  const auto mode = static_cast<std::int32_t>(status.st_mode & ALLPERMS);
  return with_field(with_field(metadata, modified_key, Value(DateTime(util::modified_of(status)))), mode_key,
                    Value(mode));
}

}  // namespace gridfs::transfer
