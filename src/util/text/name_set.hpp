/// Names that were seen before, in little and bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gridfs::util {

/// Keeps a hash of 64 bits of each name: at most 24 bytes a name while it grows, and 16 afterwards. That two different
/// names of a million have one hash happens once in thirty million sets. Not synchronised.
class NameSet {
 public:
  /// @param most  how many names it takes
  explicit NameSet(std::size_t most) : most_(most) {}

  /// Returns whether the name is new. Once the set is full, a name that it has not taken always is.
  bool insert(std::string_view name);

  [[nodiscard]] bool is_full() const noexcept { return count_ == most_; }

 private:
  void grow();
  [[nodiscard]] std::uint64_t& place_of(std::uint64_t hash) noexcept;

  std::size_t most_;
  std::size_t count_ = 0;
  std::vector<std::uint64_t> places_;  // 0: free; their number is a power of two, and half of them are free
};

}  // namespace gridfs::util
