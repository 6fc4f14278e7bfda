#include "bucket/bson/json_values.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <bson/bson.h>

#include "gridfs/error.hpp"

namespace gridfs::detail {

namespace {

template <typename Number>
bool fits(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end;
}

// One that is rounded fits, one that becomes infinite or 0 does not.
bool fits_double(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end || std::isinf(number)) return false;
  const auto digits = text.substr(0, text.find_first_of("eE"));
  return number != 0 || digits.find_first_of("123456789") == std::string_view::npos;
}

bool is_double(std::string_view text) {
  return text == "NaN" || text == "Infinity" || text == "-Infinity" || fits_double(text);
}

bool is_decimal(std::string_view text) {
  bson_decimal128_t decimal;
  return bson_decimal128_from_string_w_len(text.data(), static_cast<int>(text.size()), &decimal);
}

// Of `2024-02-29T…`
bool is_day(std::string_view text) {
  constexpr std::size_t length_of_date = 10;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (text.size() < length_of_date) return true;
  std::from_chars(text.data(), text.data() + 4, year);
  std::from_chars(text.data() + 5, text.data() + 7, month);
  std::from_chars(text.data() + 8, text.data() + 10, day);
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)).ok();
}

void check_object_id(std::string_view text) {
  constexpr std::size_t digits = 24;
  const bool is_hex = std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (is_hex && text.size() == digits) return;
  throw ConfigurationError("not valid Extended JSON: an ObjectId has 24 hex digits, " +
                           (is_hex ? "this has " + std::to_string(text.size()) : "unlike '" + std::string(text) + "'"));
}

class Scan {
 public:
  explicit Scan(std::string_view json) : json_(json) {}

  void run() {
    while (at_ < json_.size()) {
      const char c = json_[at_];
      if (c == '"') {
        take_text();
      } else if (c == '-' || (c >= '0' && c <= '9')) {
        take_number();
      } else {
        if (c == '{' || c == '[') keys_.emplace_back();
        if ((c == '}' || c == ']') && keys_.size() > 1) keys_.pop_back();
        ++at_;
      }
    }
  }

 private:
  void take_text() {
    const std::size_t begin = ++at_;
    while (at_ < json_.size() && json_[at_] != '"') at_ += json_[at_] == '\\' ? std::size_t{2} : std::size_t{1};
    const auto text = json_.substr(begin, at_ - begin);
    at_ = std::min(at_ + 1, json_.size());
    const auto next = json_.find_first_not_of(" \t\r\n", at_);
    if (next != std::string_view::npos && json_[next] == ':') {
      keys_.back() = text;
    } else {
      const auto key = keys_.back();
      if (key == "$oid") check_object_id(text);
      require(text, (key != "$numberDouble" || is_double(text)) && (key != "$numberDecimal" || is_decimal(text)) &&
                        (key != "$date" || is_day(text)));
    }
  }

  void take_number() {
    const auto end = std::min(json_.find_first_not_of("+-.0123456789eE", at_), json_.size());
    const auto text = json_.substr(at_, end - at_);
    at_ = end;
    if (is_in_timestamp()) {
      require(text, fits<std::uint32_t>(text));
    } else {
      const bool is_integer = text.find_first_of(".eE") == std::string_view::npos;
      require(text, is_integer ? fits<std::int64_t>(text) : fits_double(text));
    }
  }

  [[nodiscard]] bool is_in_timestamp() const { return keys_.size() > 1 && keys_[keys_.size() - 2] == "$timestamp"; }

  static void require(std::string_view text, bool fits) {
    if (!fits) throw ConfigurationError("not valid Extended JSON: no BSON type holds " + std::string(text));
  }

  std::string_view json_;
  std::size_t at_ = 0;
  std::vector<std::string_view> keys_{{}};  // the last one of each object or array that is open
};

}  // namespace

void check_json_values(std::string_view json) { Scan(json).run(); }

}  // namespace gridfs::detail
