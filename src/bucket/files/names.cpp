#include "bucket/files/names.hpp"

#include <string>

#include <bson/bson.h>

#include "gridfs/error.hpp"

namespace gridfs::detail {

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

bool is_utf8(std::string_view text) {
  constexpr bool allow_nul = false;  // in any of its encodings
  return bson_utf8_validate(text.data() == nullptr ? "" : text.data(), text.size(), allow_nul);
}

// For a message, which NUL would end.
std::string quoted(std::string_view name) {
  std::string text = "'";
  for (const char c : name) text += c == '\0' ? "\\0"s : std::string(1, c);
  return text + "'";
}

}  // namespace

void check_namespace(std::string_view database, std::string_view bucket) {
  constexpr std::size_t longest_database = 63;
  constexpr std::size_t longest_namespace = 255;
  if (database.empty() || database.size() > longest_database ||
      database.find_first_of("/\\. \"$\0"sv) != std::string_view::npos || !is_utf8(database)) {
    throw ConfigurationError("not a valid name for a database: " + quoted(database) +
                             ": it must have 1 to 63 bytes of UTF-8, without any of / \\ . \" $ and space");
  }
  const std::size_t longest = database.size() + bucket.size() + ".."sv.size() + "chunks"sv.size();
  if (bucket.empty() || longest > longest_namespace || bucket.find_first_of("$\0"sv) != std::string_view::npos ||
      bucket.starts_with("system.") || bucket.front() == '.' || bucket.back() == '.' || !is_utf8(bucket)) {
    throw ConfigurationError("not a valid name for a bucket: " + quoted(bucket) +
                             ": it must be UTF-8 without $, not empty, not begin with 'system.', have no dot at either "
                             "end, and have at most "
                             "247 bytes together with the database's name");
  }
}

void check_filename(std::string_view filename) {
  if (filename.find('\0') != std::string_view::npos)
    throw ConfigurationError("a filename must not hold NUL: " + quoted(filename));
  if (!is_utf8(filename)) throw ConfigurationError("a filename must be UTF-8: " + quoted(filename));
}

}  // namespace gridfs::detail
