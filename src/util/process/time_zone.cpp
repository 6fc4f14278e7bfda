#include "util/process/time_zone.hpp"

#include <array>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace gridfs::util {

// What libc does not find, it takes for UTC without a word.
void set_time_zone(const std::string& name) {
  constexpr std::string_view magic = "TZif";     // RFC 8536
  const char* directory = std::getenv("TZDIR");  // NOLINT(concurrency-mt-unsafe): no other thread, says the contract
  const std::string database = directory != nullptr ? directory : "/usr/share/zoneinfo";
  const std::string file = database + '/' + name;
  std::array<char, magic.size()> start{};
  const bool is_inside = !name.starts_with('/') && name.find("..") == std::string::npos;
  if (!is_inside || !std::ifstream(file, std::ios::binary).read(start.data(), start.size()) ||
      std::string_view(start.data(), start.size()) != magic) {
    throw std::invalid_argument("'" + name + "' is no time zone of " + database);
  }
  ::setenv("TZ", (':' + file).c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  ::tzset();
}

std::chrono::seconds utc_offset(std::chrono::sys_seconds time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm local{};
  return std::chrono::seconds(::localtime_r(&seconds, &local) != nullptr ? local.tm_gmtoff : 0);
}

}  // namespace gridfs::util
