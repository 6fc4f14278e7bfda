/// Whether more cursors would read a file faster than the one that reads it, from how long the server takes to answer.
#pragma once

#include <chrono>
#include <cstdint>

namespace gridfs::detail {

class ReplyTimes {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// @param probe  how many chunks the first reply brings
  explicit ReplyTimes(std::int64_t probe) : probe_(probe) {}

  /// How long it took until one more chunk was at hand.
  void note(Duration taken) noexcept {
    ++chunks_;
    (chunks_ <= probe_ ? first_ : more_) += taken;
  }

  /// Whether so many cursors, each over its share of what is left, would gain clearly more than opening them costs.
  /// A server without an index to use reads the whole collection for each of them, one after the other: there the first
  /// reply takes long and the others do not. Where they take as long as the first, it is the network that is slow.
  [[nodiscard]] bool sharing_pays(std::int64_t chunks_left, int workers) const noexcept {
    if (workers < 2 || chunks_left < workers || chunks_ < 2 * probe_ || chunks_ % probe_ != 0) return false;
    constexpr double margin = 2;
    const double first = seconds(first_);
    const double chunk = seconds(more_) / static_cast<double>(chunks_ - probe_);
    const double opening = first - chunk * static_cast<double>(probe_);
    const double gain = chunk * static_cast<double>(chunks_left) * (1 - 1.0 / workers);
    return gain > margin * (first + (opening > 0 ? opening * (workers - 1) : 0));
  }

  /// Whether the first reply, which is all at hand, took no longer than the way to the server and back explains: then a
  /// query costs nothing else.
  [[nodiscard]] bool only_way_is_long(Duration round_trip) const noexcept {
    return chunks_ >= probe_ && chunks_ % probe_ == 0 && first_ < 3 * round_trip;
  }

 private:
  static double seconds(Duration duration) noexcept { return std::chrono::duration<double>(duration).count(); }

  std::int64_t probe_;
  std::int64_t chunks_ = 0;
  Duration first_{};
  Duration more_{};
};

}  // namespace gridfs::detail
