#include "cli/output/leftovers.hpp"

#include <algorithm>
#include <string>

#include "cli/output/messages.hpp"
#include "transfer/file_text.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

// Old enough that the server sends no answer to that upload any more.
constexpr const char* repair = "gridfs check --repair --min-age 1m";

std::string subject_of(const Leftover& leftover) {
  return leftover.filename.empty() ? "file " + transfer::format_id(leftover.id) : leftover.filename;
}

std::string text_of(const Leftover& leftover) {
  const bool may_be_stored = leftover.kind == Leftover::Kind::file_or_chunks;
  return subject_of(leftover) + ": " +
         (may_be_stored ? "whether it is stored is not known, with the _id " : "chunks may be left of the _id ") +
         transfer::format_id(leftover.id) + (leftover.reason.empty() ? "" : " (" + leftover.reason + ")") + "; '" +
         repair + " " + util::shell_quote(transfer::format_id(leftover.id)) + "' removes " +
         (may_be_stored ? "the chunks if it is not" : "them");
}

}  // namespace

void say_leftover(const Leftover& leftover) { say_error(text_of(leftover)); }

void say_leftovers(std::span<const Leftover> leftovers) {
  const auto left = [](const Leftover& one) { return one.kind != Leftover::Kind::nothing; };
  std::string stored;
  for (const Leftover& one : leftovers) {
    if (!left(one)) stored += ' ' + transfer::format_id(one.id);
  }
  if (!stored.empty()) say_error("stored, but not printed:" + stored);
  const auto count = std::count_if(leftovers.begin(), leftovers.end(), left);
  if (count == 0) return;
  const Leftover& first = *std::find_if(leftovers.begin(), leftovers.end(), left);
  if (count == 1) return say_leftover(first);
  say_error(subject_of(first) + " and " + std::to_string(count - 1) + " more: chunks may be left, of the _id " +
            transfer::format_id(first.id) + " and others; '" + repair + "' removes those that belong to no file");
}

}  // namespace gridfs::cli
