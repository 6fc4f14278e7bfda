// The JSON of options: it is taken or refused as wrong usage, and nothing else.
#include "cli/options/option_values.hpp"
#include "cli/options/usage_error.hpp"
#include "fuzz/fuzz_target.hpp"

using gridfs::test::as_text;
using gridfs::test::require;

namespace {

template <typename Parse>
void parses_or_refuses(Parse parse, const std::string& text) {
  try {
    static_cast<void>(parse(text));
  } catch (const gridfs::cli::UsageError&) {
    return;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(as_text(data, size));
  parses_or_refuses(gridfs::cli::parse_write_concern, text);
  parses_or_refuses(gridfs::cli::parse_read_concern, text);
  parses_or_refuses(gridfs::cli::parse_read_preference, text);
  parses_or_refuses(gridfs::cli::parse_age, text);
  parses_or_refuses(
      [](const std::string& json) {
        const auto document = gridfs::cli::parse_document(json);
        require(gridfs::Document::from_json(document.to_json()).fields().size() == document.fields().size());
        return document;
      },
      text);
  return 0;
}
