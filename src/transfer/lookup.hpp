/// Finding stored files: by `_id`, or by filename and revision.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"
#include "gridfs/error.hpp"

#include "transfer/tally.hpp"
#include "util/text/glob.hpp"

namespace gridfs::transfer {

/// The files that are wanted: `_id`s, as parse_id() reads them, or else names.
struct Lookup {
  std::vector<std::string> ids;
  std::vector<std::string> names;
  /// Of each name; the newest if empty.
  std::optional<std::int32_t> revision;
  /// A name that no file has is a glob (util::Glob), if it holds any of `*?[`.
  bool globs = true;

  [[nodiscard]] bool by_name() const noexcept { return !names.empty(); }
  [[nodiscard]] bool newest_by_name() const noexcept { return by_name() && revision.value_or(-1) == -1; }
  [[nodiscard]] const std::vector<std::string>& operands() const noexcept { return by_name() ? names : ids; }
  [[nodiscard]] std::vector<std::string>& operands() noexcept { return by_name() ? names : ids; }
  [[nodiscard]] bool may_match_many(const std::string& operand) const {
    return by_name() && globs && util::is_glob(operand);
  }
  /// How many files there may be; empty: globs may match any number.
  [[nodiscard]] std::optional<std::size_t> count() const {
    const auto& all = operands();
    const auto may_be_glob = [this](const std::string& operand) { return may_match_many(operand); };
    return std::any_of(all.begin(), all.end(), may_be_glob) ? std::nullopt : std::optional(all.size());
  }
};

/// The file of an operand, which is not taken for a glob.
FileInfo find_file(const Bucket& bucket, const Lookup& lookup, std::size_t operand);

/// Whether an operand is a glob: it may be one, and no file has it as its name.
bool matches_by_glob(const Bucket& bucket, const Lookup& lookup, std::size_t operand);

/// Calls `take` for the file of each operand, or those of the names that it matches, in their order. What is not found,
/// or `take` throws, is a failure in `tally`; once that must_stop(), the others are skipped.
/// @param at_once  how many operands may be looked up before the first is taken
void for_each_file(const Bucket& bucket, const Lookup& lookup, Tally& tally,
                   const std::function<void(const FileInfo&)>& take, std::size_t at_once = 1'000);

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

/// A filter for the files that have one of these names.
Document names_filter(const std::set<std::string>& names);

/// Those of the names that a file has, found by one query. No file has a name that is not UTF-8.
std::set<std::string> existing_names(const Bucket& bucket, const std::set<std::string>& names);

}  // namespace gridfs::transfer
