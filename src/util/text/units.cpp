#include "util/text/units.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <system_error>

namespace gridfs::util {

namespace {

// What a number with a unit behind it begins with.
struct Decimal {
  std::string_view whole;
  std::string_view fraction;  // with the point
  std::string_view unit;

  [[nodiscard]] bool is_valid() const { return !whole.empty() && fraction.size() != 1; }
  [[nodiscard]] double fraction_value() const { return parse_number<double>(fraction).value_or(0); }
};

Decimal split(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  const auto take = [&text](std::size_t count) {
    const auto taken = text.substr(0, count);
    text.remove_prefix(taken.size());
    return taken;
  };
  Decimal decimal;
  decimal.whole = take(text.find_first_not_of(digits));
  if (text.starts_with('.')) decimal.fraction = take(text.find_first_not_of(digits, 1));
  decimal.unit = text;
  return decimal;
}

constexpr std::string_view letters = "KMGTPE";
constexpr int bits_per_letter = 10;

char upper(char letter) { return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter; }

[[noreturn]] void throw_not_a_size(std::string_view text) {
  throw std::invalid_argument("'" + std::string(text) + "' is not a size (such as 1024, 255K, 1M, 2G)");
}

// The power of two of `K`, `kb`, `KiB` …
int shift_of(std::string_view unit, std::string_view text) {
  if (unit.empty()) return 0;
  const auto letter = letters.substr(0, 4).find(upper(unit.front()));
  if (letter == std::string_view::npos) throw_not_a_size(text);
  unit.remove_prefix(1);
  if (unit.size() == 2 && upper(unit.front()) == 'I') unit.remove_prefix(1);
  if (!unit.empty() && (unit.size() != 1 || upper(unit.front()) != 'B')) throw_not_a_size(text);
  return bits_per_letter * (static_cast<int>(letter) + 1);
}

// Seconds in a unit, 0 if there is none of that name.
std::int64_t seconds_of(std::string_view unit) {
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  constexpr std::int64_t day = 24 * hour;
  if (unit.empty() || unit == "s") return 1;
  if (unit == "m") return minute;
  if (unit == "h") return hour;
  if (unit == "d") return day;
  if (unit == "w") return 7 * day;
  return 0;
}

}  // namespace

std::int64_t parse_size(std::string_view text) {
  const Decimal decimal = split(text);
  if (!decimal.is_valid() || (!decimal.fraction.empty() && decimal.unit.empty())) throw_not_a_size(text);
  const int shift = shift_of(decimal.unit, text);
  const auto number = parse_number<std::int64_t>(decimal.whole);
  if (!number || *number > std::numeric_limits<std::int64_t>::max() >> shift) {
    throw std::invalid_argument("'" + std::string(text) + "' is more than 2^63 - 1 bytes");
  }
  return (*number << shift) + static_cast<std::int64_t>(std::ldexp(decimal.fraction_value(), shift));
}

std::chrono::milliseconds parse_duration(std::string_view text) {
  constexpr std::int64_t longest = std::int64_t{1000} * 366 * 24 * 60 * 60;
  const Decimal decimal = split(text);
  const auto number = parse_number<std::int64_t>(decimal.whole);
  const auto unit = seconds_of(decimal.unit);
  if (!decimal.is_valid() || unit == 0) {
    throw std::invalid_argument("not a span of time, such as 90s, 30m, 36h, 7d or 2w: '" + std::string(text) + "'");
  }
  if (!number || *number >= longest / unit) {
    throw std::invalid_argument("'" + std::string(text) + "' is more than a thousand years");
  }
  const std::chrono::duration<double> fraction(decimal.fraction_value() * static_cast<double>(unit));
  return std::chrono::seconds(*number * unit) + std::chrono::ceil<std::chrono::milliseconds>(fraction);
}

std::string human_size(std::int64_t bytes) {
  constexpr std::int64_t step = std::int64_t{1} << bits_per_letter;
  if (bytes < step) return std::to_string(bytes);
  // Where rounding up reaches 1024 of a unit, it is 1.0 of the next.
  for (std::size_t letter = 0; letter < letters.size(); ++letter) {
    const auto unit = std::uint64_t{1} << (bits_per_letter * (letter + 1));
    const auto whole = static_cast<std::uint64_t>(bytes) / unit;
    const auto rest = static_cast<std::uint64_t>(bytes) % unit;
    const auto tenths = whole * 10 + (rest * 10 + unit - 1) / unit;
    if (tenths < 100) return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + letters[letter];
    const auto rounded = whole + (rest > 0 ? 1 : 0);
    if (rounded < step) return std::to_string(rounded) + letters[letter];
  }
  return std::to_string(bytes);
}

std::string count_of(std::int64_t count, std::string_view noun) {
  return (std::to_string(count) + ' ').append(noun) + (count == 1 ? "" : "s");
}

std::string size_in_words(std::int64_t bytes) {
  std::string text = human_size(bytes);
  const char unit = text.back();
  if (letters.find(unit) == std::string_view::npos) return count_of(bytes, "byte");
  text.pop_back();
  return text + ' ' + unit + "iB";
}

}  // namespace gridfs::util
