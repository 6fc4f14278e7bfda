#include "util/text/name_set.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace gridfs::util {

bool NameSet::insert(std::string_view name) {
  const std::uint64_t hash = std::max<std::uint64_t>(std::hash<std::string_view>{}(name), 1);
  if (2 * (count_ + 1) > places_.size()) grow();
  std::uint64_t& place = place_of(hash);
  if (place == hash) return false;
  if (is_full()) return true;
  place = hash;
  ++count_;
  return true;
}

void NameSet::grow() {
  constexpr std::size_t fewest = 64;
  const auto before = std::exchange(places_, std::vector<std::uint64_t>(std::max(fewest, 2 * places_.size())));
  for (const std::uint64_t hash : before) {
    if (hash != 0) place_of(hash) = hash;
  }
}

// Where a hash is, or would be.
std::uint64_t& NameSet::place_of(std::uint64_t hash) noexcept {
  std::size_t i = hash & (places_.size() - 1);
  while (places_[i] != 0 && places_[i] != hash) i = (i + 1) & (places_.size() - 1);
  return places_[i];
}

}  // namespace gridfs::util
