// An `_id` of a command line: it is refused, or what is printed for it reads back as the same value.
#include "fuzz/fuzz_target.hpp"
#include "transfer/file_text.hpp"
#include "util/text/utf8.hpp"

using gridfs::test::as_text;
using gridfs::test::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text_of_id = as_text(data, size);
  if (!gridfs::util::is_utf8(text_of_id)) return 0;
  const gridfs::Value id = gridfs::transfer::parse_id(text_of_id);
  const std::string text = gridfs::transfer::format_id(id);
  require(!text.starts_with('-') && text.find_first_of("\n\r\t") == std::string::npos);
  const bool shown_whole = text.find("\xEF\xBF\xBD") == std::string::npos && text.find("\\ufffd") == std::string::npos;
  if (shown_whole) require(gridfs::transfer::parse_id(text) == id);
  return 0;
}
