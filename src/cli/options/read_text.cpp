#include "cli/options/read_text.hpp"

#include <cerrno>
#include <span>
#include <string_view>

#include "cli/options/usage_error.hpp"
#include "util/fs/input.hpp"
#include "util/fs/local_error.hpp"
#include "util/process/shell_command.hpp"

namespace gridfs::cli {

namespace {

std::string up_to_newline(std::string text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  return text;
}

}  // namespace

std::string read_text(const std::string& path, const std::stop_token& stop) {
  constexpr std::size_t longest = 16 << 20;
  auto input = path == "-" ? util::Input::standard_input() : util::Input::open(path);
  std::string text;
  std::string piece(64 * 1024, '\0');
  while (const std::size_t count = input.read(std::as_writable_bytes(std::span(piece)), stop)) {
    text.append(piece, 0, count);
    if (text.size() > longest) throw util::LocalError(input.shown(), "longer than 16 MiB", EFBIG);
  }
  return text;
}

std::string first_line_of_file(const std::string& path, const std::stop_token& stop) {
  return up_to_newline(read_text(path, stop));
}

std::string first_line_of_command(const std::string& command, const std::stop_token& stop) {
  try {
    const std::string text = util::output_of_shell_command(command, stop);
    if (!text.empty()) return up_to_newline(text);
  } catch (const util::LocalError& error) {
    throw UsageError(std::string("--password-command: ") + error.what());
  }
  throw UsageError("--password-command: the command wrote nothing");
}

}  // namespace gridfs::cli
