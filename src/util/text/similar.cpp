#include "util/text/similar.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace gridfs::util {

namespace {

// The optimal string alignment distance: letters inserted, removed, replaced, or swapped with their neighbours.
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::vector<std::size_t> last(row.size());
  std::vector<std::size_t> before_last;
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= one.size(); ++i) {
    before_last = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= other.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::string most_similar(std::string_view word, std::span<const std::string> words) {
  std::string nearest;
  if (word.size() < 2) return nearest;
  std::size_t most = std::max<std::size_t>(word.size() / 3, 1);
  for (const std::string& candidate : words) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t shorter = std::min(word.size(), candidate.size());
    const bool begins = candidate.starts_with(word);
    if (!begins && longer - shorter > most) continue;
    const std::size_t edits = begins ? 1 : distance(word, candidate);
    if (edits > most || (edits == most && !nearest.empty())) continue;
    nearest = candidate;
    most = edits;
  }
  return nearest;
}

}  // namespace gridfs::util
