#include "bucket/client/driver_log.hpp"

#include <utility>

#include <mongoc/mongoc.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gridfs/version.hpp"

namespace gridfs {

namespace {

using LogHandler = std::function<void(LogLevel, std::string_view)>;

struct Log {
  LogHandler handler;
  LogLevel detail = LogLevel::info;
};

Log& the_log() {
  static Log instance;
  return instance;
}

thread_local detail::DriverWarnings* kept_warnings = nullptr;

// What is an error to libmongoc becomes an exception of ours, so that its own words about it are for debugging.
LogLevel level_of(mongoc_log_level_t level) {
  return level <= MONGOC_LOG_LEVEL_DEBUG ? LogLevel::debug : LogLevel::trace;
}

void from_driver(mongoc_log_level_t level, const char* domain, const char* message, void* /*context*/) {
  if (level == MONGOC_LOG_LEVEL_WARNING && kept_warnings != nullptr) return kept_warnings->add(message);
  detail::log(level_of(level), redact_uri(std::string(domain) + ": " + message));
}

}  // namespace

void set_log_handler(std::function<void(LogLevel, std::string_view)> handler, LogLevel detail) {
  the_log() = {std::move(handler), detail};
}

const char* driver_version() noexcept { return mongoc_get_version(); }

namespace detail {

bool is_logged(LogLevel level) { return the_log().handler && level <= the_log().detail; }

void log(LogLevel level, const std::string& message) {
  if (is_logged(level)) the_log().handler(level, message);
}

DriverWarnings::DriverWarnings() noexcept { kept_warnings = this; }
DriverWarnings::~DriverWarnings() { kept_warnings = nullptr; }

void start_driver() {
  // libmongoc is never cleaned up: it may not be used again after that, and another user of it may share the process.
  static const bool started = [] {
    mongoc_log_set_handler(from_driver, nullptr);
    mongoc_init();
    // The name of the shared memory that holds libmongoc's counters would stay behind a process that is killed, to be
    // found in the way by the next one of its number.
    ::shm_unlink(("/mongoc-" + std::to_string(::getpid())).c_str());
    return true;
  }();
  static_cast<void>(started);
}

}  // namespace detail

}  // namespace gridfs
