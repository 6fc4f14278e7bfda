/// The options of get and get-by-name.
#pragma once

#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "cli/file_filter.hpp"
#include "cli/lookup.hpp"
#include "util/output_file.hpp"

namespace gridfs::cli {

struct GetOptions {
  LookupOptions lookup;
  bool recursive = false;
  FileFilter filter;
  std::optional<std::string> output;
  bool force = false;
  bool preserve = false;
  bool resume = false;
  bool checksum = false;

  [[nodiscard]] bool to_standard_output() const { return output == "-"; }
  [[nodiscard]] bool newest_by_name() const { return lookup.by_name() && lookup.revision.value_or(-1) == -1; }
  [[nodiscard]] util::OutputFile::Existing existing() const {
    return force ? util::OutputFile::Existing::replace : util::OutputFile::Existing::refuse;
  }
};

/// Those that both commands have.
void add_get_options(CLI::App& command, GetOptions& options);

void add_get_by_name_options(CLI::App& command, GetOptions& options);

/// @throws UsageError  operands are missing, or options exclude each other
void check(const GetOptions& options, bool json);

}  // namespace gridfs::cli
