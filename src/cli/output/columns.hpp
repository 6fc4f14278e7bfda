/// Lines of several fields: with tabs for programs, in columns for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gridfs::cli {

struct Field {
  std::string text;        ///< without control characters
  std::size_t width = 0;   ///< of its column; a text that is wider moves what follows
  bool is_number = false;  ///< aligned to the right
};

/// A number of bytes; `-` where it is not known.
[[nodiscard]] Field size_field(std::optional<std::int64_t> bytes, bool human_readable);

/// The fields with tabs between them. On a terminal in columns instead, in a line that fits: the last field is
/// shortened, and where there is too little room for it, those between it and the first are left out.
/// @param columns  of the terminal; empty: it is none
[[nodiscard]] std::string line_of(std::vector<Field> fields, std::optional<std::size_t> columns);

}  // namespace gridfs::cli
