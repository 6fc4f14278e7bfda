/// Guessing which word was meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gridfs::util {

/// The word that another was probably meant to be, as it begins with it, or differs by a letter or two that are wrong,
/// missing, too many or swapped; empty if none is.
std::string most_similar(std::string_view word, std::span<const std::string> words);

}  // namespace gridfs::util
