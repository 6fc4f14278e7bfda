#include "gridfs/client.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

#include "bucket/client_impl.hpp"
#include "bucket/client_uri.hpp"
#include "bucket/driver_log.hpp"

namespace gridfs {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_back_off{30'000};
constexpr milliseconds cleanup_limit{5'000};

// Never longer than the selection of a server may go on after a stop or a deadline.
constexpr milliseconds selection_slice{200};

void check_options(const ClientOptions& options) {
  if (options.retry.retries < 0 || options.retry.retries > 1000) {
    throw ConfigurationError("the number of retries must be 0 to 1000");
  }
  if (options.retry.delay < milliseconds(0)) throw ConfigurationError("the wait before a retry must not be negative");
  if (options.connect_timeout && *options.connect_timeout < milliseconds(1)) {
    throw ConfigurationError("the connect timeout must be at least 1 ms");
  }
  if (options.max_connections < 1 || options.max_connections > 1000) {
    throw ConfigurationError("the number of connections must be 1 to 1000");
  }
  if (options.app_name.size() > MONGOC_HANDSHAKE_APPNAME_MAX) {
    throw ConfigurationError("the application's name is longer than 128 bytes");
  }
}

milliseconds jittered(milliseconds delay) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  std::uniform_real_distribution<double> factor(0.5, 1.0);
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(delay.count()) * factor(generator)));
}

}  // namespace

Client::Impl::Impl(const ClientOptions& options)
    : deadline_(options.deadline), retry_(options.retry), stop_(options.stop) {
  check_options(options);
  detail::start_driver();
  uri_ = detail::build_uri(options);
  if (const char* database = mongoc_uri_get_database(uri_.get())) default_database_ = database;

  connect_timeout_ = milliseconds(
      mongoc_uri_get_option_as_int32(uri_.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 30'000));
  mongoc_uri_set_option_as_int32(uri_.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS,
                                 static_cast<std::int32_t>(std::min(connect_timeout_, selection_slice).count()));
  if (deadline_) {
    const auto left = std::chrono::duration_cast<milliseconds>(*deadline_ - Clock::now()).count();
    const auto configured = mongoc_uri_get_option_as_int32(uri_.get(), MONGOC_URI_SOCKETTIMEOUTMS, 300'000);
    mongoc_uri_set_option_as_int32(uri_.get(), MONGOC_URI_SOCKETTIMEOUTMS,
                                   static_cast<std::int32_t>(std::clamp<std::int64_t>(left, 1, configured)));
  }

  bson_error_t error{};
  pool_.reset(mongoc_client_pool_new_with_error(uri_.get(), &error));
  if (!pool_) {
    const std::string message = "connecting: " + redact_uri(error.message);
    if (error.domain == MONGOC_ERROR_STREAM) throw ConnectionError(message);  // DNS, for mongodb+srv
    throw ConfigurationError(message);
  }
  mongoc_client_pool_set_error_api(pool_.get(), MONGOC_ERROR_API_VERSION_2);
  mongoc_client_pool_max_size(pool_.get(), static_cast<std::uint32_t>(options.max_connections));
  mongoc_client_pool_set_appname(pool_.get(), options.app_name.c_str());
}

Client::Impl::Clock::time_point Client::Impl::selection_limit(detail::Urgency urgency) const {
  const auto now = Clock::now();
  if (urgency == detail::Urgency::cleanup) return now + std::min(connect_timeout_, cleanup_limit);
  const auto limit = now + connect_timeout_;
  return deadline_ ? std::min(limit, *deadline_) : limit;
}

detail::PooledClient Client::Impl::acquire(const std::string& doing, const mongoc_read_prefs_t* prefs,
                                           detail::Urgency urgency) {
  const auto limit = selection_limit(urgency);
  detail::PooledClient client(pool_.get(), mongoc_client_pool_pop(pool_.get()));
  if (client.get() == nullptr) throw ConnectionError(doing + ": all connections of the pool are in use");
  for (;;) {
    bson_error_t error{};
    const detail::ServerHandle server(mongoc_client_select_server(client.get(), prefs == nullptr, prefs, &error));
    if (server) return client;
    check(doing, urgency);
    if (Clock::now() >= limit) detail::throw_selection_error(doing, error);
  }
}

void Client::Impl::back_off(const std::string& doing, int attempt, const detail::TransientError& error) {
  const auto factor = std::int64_t{1} << std::min(attempt, 20);
  const auto delay = jittered(std::min(longest_back_off, retry_.delay * factor));
  detail::log(LogLevel::info, std::string(error.what()) + " (trying again in " + std::to_string(delay.count()) +
                                     " ms, retry " + std::to_string(attempt + 1) + " of " +
                                     std::to_string(retry_.retries) + ")");
  std::mutex mutex;
  std::unique_lock lock(mutex);
  auto until = Clock::now() + delay;
  if (deadline_) until = std::min(until, *deadline_);
  std::condition_variable_any().wait_until(lock, stop_, until, [] { return false; });
  check(doing);
}

void Client::Impl::check(const std::string& doing, detail::Urgency urgency) const {
  if (urgency == detail::Urgency::cleanup) return;
  if (stop_.stop_requested()) throw Stopped(doing + ": stopped");
  if (deadline_ && Clock::now() >= *deadline_) throw ConnectionError(doing + ": the time limit has passed");
}

Client::Client(const ClientOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Client::~Client() = default;

const std::string& Client::default_database() const noexcept { return impl_->default_database(); }

}  // namespace gridfs
