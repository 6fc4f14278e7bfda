/// The options of several commands that select stored files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "gridfs/document.hpp"

#include "transfer/file_filter.hpp"
#include "transfer/lookup.hpp"

namespace gridfs::cli {

/// Adds `--literal`.
void add_literal_option(CLI::App& command, transfer::Lookup& lookup);

/// Adds `--name`, `--literal` and `--revision`. The ids are the command's operands.
/// @param default_revision  what the help says of it
void add_lookup_options(CLI::App& command, transfer::Lookup& lookup, const std::string& default_revision = " [-1]");

/// Adds `--revision` alone.
void add_revision_option(CLI::App& command, std::optional<std::int32_t>& revision, const std::string& description);

/// @throws UsageError  neither ids nor names are given, or both are, or a revision without a name
void check(const transfer::Lookup& lookup);

/// @throws UsageError  one cannot be what a filename begins with
void check_prefixes(const std::vector<std::string>& prefixes);

/// The same for prefixes in place of the ids, with `-r`.
/// @throws UsageError  also if there are none, or a name or a revision
void check_recursive(const transfer::Lookup& lookup);

/// Adds `--include`, `--exclude`, and the limits of age and size.
void add_filter_options(CLI::App& command, transfer::FileFilter& filter);

/// Adds `--checksum`, also as `--checksum=sha256`.
void add_checksum_option(CLI::App& command, bool& checksum, const std::string& description);

/// A filter that the server applies. A text that holds any of `*?[` is a glob for the whole name (util::Glob), any
/// other is what the name begins with. The empty text is the empty filter.
/// @throws UsageError  not UTF-8, or not a valid glob
Document name_filter(const std::string& text);

}  // namespace gridfs::cli
