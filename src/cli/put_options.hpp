/// The options of put.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "cli/file_filter.hpp"
#include "cli/global_options.hpp"

namespace gridfs::cli {

struct PutOptions {
  std::vector<std::string> files;
  std::optional<std::string> files_from;
  std::optional<std::string> files_from0;
  bool recursive = false;
  FileFilter filter;
  std::optional<std::string> name;
  std::string name_prefix;
  std::optional<std::string> id;
  std::optional<std::int64_t> chunk_size;
  std::optional<std::string> metadata;
  std::optional<std::string> content_type;
  bool checksum = false;
  bool verify = false;
  bool allow_changing = false;
  bool if_absent = false;
  bool replace = false;
  bool newest = false;
};

void add_put_options(CLI::App& command, PutOptions& options);

/// @throws UsageError  options that exclude each other
void check(const PutOptions& options, const GlobalOptions& global);

}  // namespace gridfs::cli
