// A stored name: one that is taken for safe stays below the directory, and what is shown of any acts on no terminal.
#include <algorithm>
#include <filesystem>
#include <string>

#include "fuzz/fuzz_target.hpp"
#include "util/fs/target.hpp"
#include "util/text/escape.hpp"
#include "util/text/utf8.hpp"

using gridfs::test::as_text;
using gridfs::test::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto name = as_text(data, size);
  const std::string shown = gridfs::util::escape(name);
  require(gridfs::util::is_utf8(shown));
  require(std::none_of(shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }));
  require(gridfs::util::escape(shown) == shown);
  if (gridfs::util::unsafe_name_reason(name)) return 0;
  const std::string path = (std::filesystem::path("dir") / name).lexically_normal().string();
  require(path == "dir/" + std::string(name));
  for (const std::string& component : gridfs::util::name_components(name)) {
    require(!component.empty() && component != "." && component != "..");
    require(component.find('/') == std::string::npos && component.find('\0') == std::string::npos);
  }
  return 0;
}
