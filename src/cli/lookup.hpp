/// Finding the files that operands name: by `_id`, or with --name by filename and revision.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "gridfs/bucket.hpp"

namespace gridfs::cli {

/// `ID... | --name NAME... [--revision N]`: the ids are the command's operands.
struct LookupOptions {
  std::vector<std::string> ids;
  std::vector<std::string> names;
  std::optional<std::int32_t> revision;

  [[nodiscard]] bool by_name() const noexcept { return !names.empty(); }
  [[nodiscard]] const std::vector<std::string>& operands() const noexcept { return by_name() ? names : ids; }
};

void add_lookup_options(CLI::App& command, LookupOptions& options);

/// Adds `--revision` alone.
CLI::Option* add_revision_option(CLI::App& command, std::optional<std::int32_t>& revision,
                                 const std::string& description);

/// @throws UsageError  neither ids nor names are given, or both are, or a revision without a name
void check(const LookupOptions& options);

/// Whether a lookup finds anything.
/// @param find  returns what it finds, or throws FileNotFound
template <typename Find>
bool is_found(Find find) {
  try {
    static_cast<void>(find());
    return true;
  } catch (const FileNotFound&) {
    return false;
  }
}

/// Those files of some operands that one query finds; of names the newest revisions alone. What is missing in the
/// result may be there all the same: find_file() tells.
/// @param begin  the first operand
std::vector<std::optional<FileInfo>> find_files(const Bucket& bucket, const LookupOptions& options, std::size_t begin,
                                                std::size_t count);

/// The newest revision where none is given.
FileInfo find_file(const Bucket& bucket, const LookupOptions& options, std::size_t operand);

}  // namespace gridfs::cli
