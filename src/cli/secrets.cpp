#include "cli/secrets.hpp"

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

void hide_secrets(int argc, char** argv) noexcept {
  for (char* argument : std::span(argv, static_cast<std::size_t>(argc))) {
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
