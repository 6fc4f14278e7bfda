#include "cli/options/secrets.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "gridfs/client.hpp"

namespace gridfs::cli {

namespace {

void hide(char* argument) {
  const std::size_t length = std::strlen(argument);
  std::string shown = redact_uri(argument);
  if (shown == argument) return;
  shown.resize(length, '\0');
  std::copy(shown.begin(), shown.end(), argument);
}

}  // namespace

bool may_hold_secret(std::string_view uri) {
  const bool has_scheme = uri.find("://") != std::string_view::npos;
  return has_scheme ? redact_connection_string(uri) != uri : uri.find('@') != std::string_view::npos;
}

std::string option_name(const std::string& argument) {
  if (argument.size() < 2 || argument[0] != '-') return {};
  return argument.starts_with("--") ? argument.substr(0, argument.find('=')) : argument.substr(0, 2);
}

void hide_secrets(int argc, char** argv, std::string_view password) noexcept {
  for (char* argument : std::span(argv, static_cast<std::size_t>(argc))) {
    const std::string_view text = argument;
    if (text.ends_with(password)) std::fill_n(argument + (text.size() - password.size()), password.size(), 'x');
    try {
      hide(argument);
    } catch (const std::exception&) {
      std::memset(argument, 'x', std::strlen(argument));
    }
  }
}

void forbid_core_dumps() noexcept {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__    // LeakSanitizer traces its own process
  ::prctl(PR_SET_DUMPABLE, 0);  // a core that is piped to a program knows no limit
#endif
}

}  // namespace gridfs::cli
