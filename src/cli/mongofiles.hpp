/// The command line of MongoDB's mongofiles, for scripts that use it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gridfs::cli {

struct Translation {
  /// The command and its options, as gridfs takes them.
  std::vector<std::string> arguments;
  /// The value of --password, which gridfs does not take on the command line.
  std::optional<std::string> password;
};

/// Whether the program was called by the name mongofiles.
[[nodiscard]] bool is_named_mongofiles(std::string_view program);

/// What mongofiles would be asked to do by these arguments, without the name of the program, in the words of gridfs.
/// docs/mongofiles.md lists what is done differently.
/// @throws UsageError  they are not valid, or gridfs has nothing that does the same
[[nodiscard]] Translation translate(std::span<const std::string> arguments);

}  // namespace gridfs::cli
