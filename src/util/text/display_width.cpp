#include "util/text/display_width.hpp"

#include <clocale>
#include <cwchar>

#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale() is POSIX

#include "util/text/utf8.hpp"

namespace gridfs::util {

namespace {

// What wcwidth() knows depends on the locale of the thread, and the user's need not be UTF-8.
class Utf8Locale {
 public:
  Utf8Locale() : before_(::uselocale(utf8())) {}
  ~Utf8Locale() { ::uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  Utf8Locale(Utf8Locale&&) = delete;
  Utf8Locale& operator=(Utf8Locale&&) = delete;

 private:
  // Null where the system has none: then the thread's locale stays.
  static locale_t utf8() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }

  locale_t before_;
};

// To be called with a Utf8Locale.
std::size_t take_width(std::string_view& text) {
  const int width = ::wcwidth(static_cast<wchar_t>(take_character(text)));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += take_width(text);
  return width;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  const Utf8Locale locale;
  return width_of(text);
}

std::string shorten_to_width(std::string_view text, std::size_t width) {
  const Utf8Locale locale;
  std::size_t left = width_of(text);
  if (left <= width) return std::string(text);
  if (width == 0) return {};
  const std::size_t end_width = (width - 1) / 2;
  std::size_t begin_width = width - 1 - end_width;
  std::string_view rest = text;
  for (std::string_view behind = rest;; rest = behind) {
    const std::size_t next = take_width(behind);
    if (next > begin_width) break;
    begin_width -= next;
    left -= next;
  }
  const std::string_view begin = text.substr(0, text.size() - rest.size());
  // From where the rest fits, but not from the marks of a character that is left out.
  for (std::string_view behind = rest; !behind.empty(); rest = behind) {
    const std::size_t next = take_width(behind);
    if (left <= end_width && next > 0) break;
    left -= next;
  }
  return std::string(begin).append("…").append(rest);
}

}  // namespace gridfs::util
