/// The options of mongofiles, and what gridfs has for them.
#pragma once

#include <string>
#include <string_view>

namespace gridfs::cli {

struct MongofilesOption {
  std::string_view names;  ///< with a space before and behind each
  bool takes_value;
  std::string_view ours;      ///< empty: translate() knows
  std::string_view commands;  ///< what those that take it begin with; empty: all
};

/// @param name  `-d`, `--db`
/// @throws UsageError  mongofiles has no such option, or gridfs none that does the same
[[nodiscard]] const MongofilesOption& find_option(const std::string& name);

/// What gridfs has for an option of mongofiles: `--auth-db` for `--authenticationDatabase`; empty if it is none of
/// those, or has no counterpart.
[[nodiscard]] std::string_view option_for(const std::string& name);

/// A message of a command, without the options that only the translation has: `--tlsCAFile: …` for `--tls-ca-file: …`.
[[nodiscard]] std::string in_words_of_mongofiles(const std::string& message);

}  // namespace gridfs::cli
