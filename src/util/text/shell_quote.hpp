/// Texts as words of a shell's command line.
#pragma once

#include <string>
#include <string_view>

namespace gridfs::util {

/// The text as it is where it holds letters, digits and harmless marks alone, else in single quotes.
std::string shell_quote(std::string_view text);

}  // namespace gridfs::util
