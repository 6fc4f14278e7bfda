#include "gridfs/client.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <random>

#include "bucket/client/client_impl.hpp"
#include "bucket/client/client_uri.hpp"
#include "bucket/client/command_log.hpp"
#include "bucket/client/driver_log.hpp"
#include "bucket/client/tls_files.hpp"

namespace gridfs {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_back_off{30'000};
constexpr milliseconds cleanup_limit{5'000};
constexpr milliseconds between_selections{100};

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
}

milliseconds time_limit(const mongoc_uri_t* uri, const char* option, milliseconds otherwise) {
  const auto configured = mongoc_uri_get_option_as_int32(uri, option, 0);
  return configured > 0 ? milliseconds(configured) : otherwise;
}

milliseconds jittered(milliseconds delay) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  std::uniform_real_distribution<double> factor(0.5, 1.0);
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(delay.count()) * factor(generator)));
}

void pause(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
}

std::string servers_of(const mongoc_uri_t* uri) {
  if (const char* name = mongoc_uri_get_srv_hostname(uri)) return name;
  std::string servers;
  for (const auto* host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next) {
    servers += (servers.empty() ? "" : ",") + std::string(host->host_and_port);
  }
  return servers;
}

bool knows_a_server(const mongoc_client_t* client) {
  std::size_t count = 0;
  mongoc_server_description_t** servers = mongoc_client_get_server_descriptions(client, &count);
  const bool known = std::any_of(servers, servers + count, [](const mongoc_server_description_t* server) {
    return std::strcmp(mongoc_server_description_type(server), "Unknown") != 0;
  });
  mongoc_server_descriptions_destroy_all(servers, count);
  return known;
}

}  // namespace

Client::Impl::Impl(const ClientOptions& options)
    : max_connections_(options.max_connections),
      retry_(options.retry),
      stop_(options.stop),
      pool_(std::max(options.max_connections, 1)) {
  check_options(options);
  detail::start_driver();
  uri_ = detail::build_uri(options);
  detail::check_tls_files(uri_.get());
  if (const char* database = mongoc_uri_get_database(uri_.get())) default_database_ = database;
  connect_timeout_ = time_limit(uri_.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, milliseconds(30'000));
  const auto connecting = time_limit(uri_.get(), MONGOC_URI_CONNECTTIMEOUTMS, milliseconds(10'000));
  mongoc_uri_set_option_as_int32(uri_.get(), MONGOC_URI_CONNECTTIMEOUTMS,
                                 static_cast<std::int32_t>(std::min(connecting, connect_timeout_).count()));
  // One look at the servers a call: acquire() looks again, unless it is stopped or told not to.
  tries_once_ = mongoc_uri_get_option_as_bool(uri_.get(), MONGOC_URI_SERVERSELECTIONTRYONCE, false);
  mongoc_uri_set_option_as_bool(uri_.get(), MONGOC_URI_SERVERSELECTIONTRYONCE, true);
  // Says what is wrong with the options. A name server is not asked before the first operation.
  if (mongoc_uri_get_srv_hostname(uri_.get()) == nullptr) pool_.take_now().set(new_client("connecting"));
}

detail::PooledClient Client::Impl::take(const std::string& doing, detail::Urgency urgency) {
  if (urgency == detail::Urgency::cleanup) return pool_.take_now();
  auto client = pool_.take(urgency == detail::Urgency::ahead ? milliseconds(0) : connect_timeout_, stop_);
  check(doing, urgency);
  if (!client) throw detail::NoConnectionFree(doing + ": all connections of the pool are in use");
  return *std::move(client);
}

detail::PooledClient Client::Impl::acquire(const std::string& doing, const mongoc_read_prefs_t* prefs,
                                           detail::Urgency urgency) {
  const bool cleanup = urgency == detail::Urgency::cleanup;
  const auto limit = Clock::now() + (cleanup ? std::min(connect_timeout_, cleanup_limit) : connect_timeout_);
  detail::PooledClient client = take(doing, urgency);
  const detail::Waits::Entry waiting(waits_);
  bson_error_t reason{};
  for (;;) {
    if (client.get() == nullptr) client.set(new_client(doing));
    bson_error_t error{};
    const detail::ServerHandle server(mongoc_client_select_server(client.get(), prefs == nullptr, prefs, &error));
    if (server) {
      standalone_.store(std::strcmp(mongoc_server_description_type(server.get()), "Standalone") == 0);
      round_trip_.store(mongoc_server_description_round_trip_time(server.get()), std::memory_order_relaxed);
      return client;
    }
    // A server may have said what is wrong once, and nothing since.
    const bool says_more = std::strchr(error.message, '[') != nullptr && !detail::names_tls(reason);
    if (says_more || reason.code == 0) reason = error;
    check(doing, urgency);
    if (tries_once_ || Clock::now() >= limit)
      detail::throw_selection_error(doing, reason, mongoc_uri_get_tls(uri_.get()));
    // A client leaves a host that has refused alone for five seconds: another one asks it at once.
    if (!knows_a_server(client.get())) client.set(nullptr);
    pause(between_selections, cleanup ? std::stop_token() : stop_);
  }
}

std::optional<Waiting> Client::Impl::waiting() const {
  const auto since = waits_.earliest();
  return since ? std::optional(Waiting{servers_of(uri_.get()), *since}) : std::nullopt;
}

detail::ClientHandle Client::Impl::new_client(const std::string& doing) const {
  bson_error_t error{};
  detail::ClientHandle client(mongoc_client_new_from_uri_with_error(uri_.get(), &error));
  if (!client) {
    const std::string message = doing + ": " + redact_uri(error.message);
    if (error.domain == MONGOC_ERROR_STREAM) throw detail::TransientError(message);  // DNS, for mongodb+srv
    throw ConfigurationError(message);
  }
  mongoc_client_set_error_api(client.get(), MONGOC_ERROR_API_VERSION_2);
  if (detail::is_logged(LogLevel::debug)) detail::log_commands(client.get());
  return client;
}

void Client::Impl::throw_naming_user(const detail::CredentialsRefused& error) const {
  std::string message = error.what();
  if (message.ends_with('.')) message.pop_back();
  if (const char* user = mongoc_uri_get_username(uri_.get())) {
    message += std::string(": user '") + user + "'";
    // That of a cluster which is found by name may come from the name server.
    const bool is_known = mongoc_uri_get_srv_hostname(uri_.get()) == nullptr;
    if (is_known) message += std::string(" of database '") + mongoc_uri_get_auth_source(uri_.get()) + "'";
  }
  throw AuthenticationError(message, error.server_code(), error.server_message());
}

void Client::Impl::throw_if_nobody_asks(const AuthenticationError& error) const {
  const bool has_user = mongoc_uri_get_username(uri_.get()) || mongoc_uri_get_auth_mechanism(uri_.get());
  const std::string message = error.what();
  if (!message.ends_with("requires authentication") || has_user) return;
  throw AuthenticationError(message + "; no user was given", error.server_code(), error.server_message());
}

std::unique_ptr<detail::UnfinishedWrites::Entry> Client::Impl::begin_write(const std::string& doing,
                                                                           Leftover leftover) {
  // Announced before the look at the token: whoever requests a stop, and finds no unfinished write then, may rely on
  // none beginning.
  auto entry = std::make_unique<detail::UnfinishedWrites::Entry>(unfinished_, std::move(leftover));
  check(doing);
  return entry;
}

void Client::Impl::back_off(const std::string& doing, int attempt, const detail::TransientError& error) {
  const auto factor = std::int64_t{1} << std::min(attempt, 20);
  const auto delay = jittered(std::min(longest_back_off, retry_.delay * factor));
  detail::log(LogLevel::info, std::string(error.what()) + " (trying again in " + std::to_string(delay.count()) +
                                  " ms, retry " + std::to_string(attempt + 1) + " of " +
                                  std::to_string(retry_.retries) + ")");
  pause(delay, stop_);
  check(doing);
}

void Client::Impl::check(const std::string& doing, detail::Urgency urgency) const {
  if (urgency != detail::Urgency::cleanup && stopped()) throw Stopped(doing + ": stopped");
}

Client::Client(const ClientOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Client::~Client() = default;

const std::string& Client::default_database() const noexcept { return impl_->default_database(); }

std::vector<Leftover> Client::unfinished_writes() const { return impl_->unfinished_writes(); }

std::vector<Leftover> Client::leftovers() const { return impl_->leftovers(); }

Progress Client::progress() const { return impl_->progress(); }

std::optional<Waiting> Client::waiting() const { return impl_->waiting(); }

}  // namespace gridfs
