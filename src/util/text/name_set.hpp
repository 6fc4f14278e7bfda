/// Names that were seen before, in little and bounded memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace gridfs::util {

/// Keeps a hash of 64 bits of each name: at most 24 bytes a name while it grows, and 16 afterwards. The probability
/// that two of a million names have the same hash is 1 to 30 million. Not synchronised.
class NameSet {
 public:
  /// @param most  how many names it takes
  explicit NameSet(std::size_t most) : most_(most) {}

  [[nodiscard]] bool is_full() const noexcept { return count_ == most_; }

  /// Returns whether the name is new. Once the set is full, a name that it does not hold always is.
  bool insert(std::string_view name) {
    const std::uint64_t hash = std::max<std::uint64_t>(std::hash<std::string_view>{}(name), 1);
    if (2 * (count_ + 1) > places_.size()) grow();
    std::uint64_t& place = place_of(hash);
    if (place == hash) return false;
    if (is_full()) return true;
    place = hash;
    ++count_;
    return true;
  }

 private:
  void grow() {
    constexpr std::size_t fewest = 64;
    const auto before = std::exchange(places_, std::vector<std::uint64_t>(std::max(fewest, 2 * places_.size())));
    for (const std::uint64_t hash : before) {
      if (hash != 0) place_of(hash) = hash;
    }
  }

  // Where a hash is, or would be.
  [[nodiscard]] std::uint64_t& place_of(std::uint64_t hash) noexcept {
    std::size_t i = hash & (places_.size() - 1);
    while (places_[i] != 0 && places_[i] != hash) i = (i + 1) & (places_.size() - 1);
    return places_[i];
  }

  std::size_t most_;
  std::size_t count_ = 0;
  std::vector<std::uint64_t> places_;  // 0: free; their number is a power of two, and half of them are free
};

}  // namespace gridfs::util
