#include "gridfs/client.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <random>
#include <system_error>

#include "bucket/client_impl.hpp"
#include "bucket/client_uri.hpp"
#include "bucket/driver_log.hpp"

namespace gridfs {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_back_off{30'000};
constexpr milliseconds cleanup_limit{5'000};
constexpr milliseconds cleanup_limit_after_stop{1'000};
constexpr milliseconds cleanup_limit_after_deadline{800};  // for one answer, so that all of it takes a second

// Never longer than the selection of a server may go on after a stop or a deadline.
constexpr milliseconds selection_slice{200};

// Longer than a server takes to answer that is there.
constexpr milliseconds direct_limit{1'000};

[[noreturn]] void throw_no_connection(const std::string& doing) {
  throw ConnectionError(doing + ": all connections of the pool are in use");
}

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

milliseconds time_limit(const mongoc_uri_t* uri, const char* option, milliseconds otherwise) {
  const auto configured = mongoc_uri_get_option_as_int32(uri, option, 0);
  return configured > 0 ? milliseconds(configured) : otherwise;
}

void set_time_limit(mongoc_uri_t* uri, const char* option, milliseconds limit) {
  mongoc_uri_set_option_as_int32(uri, option, static_cast<std::int32_t>(limit.count()));
}

// Stands in for libmongoc's function of that name where it is too old to have one: overload resolution prefers that
// one, which the argument's type finds. Without it a command may take as long as was left when the client was made.
template <typename Client, typename... Limit>
void mongoc_client_set_sockettimeoutms(Client* /*client*/, Limit... /*limit*/) {}

milliseconds jittered(milliseconds delay) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  std::uniform_real_distribution<double> factor(0.5, 1.0);
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(delay.count()) * factor(generator)));
}

}  // namespace

Client::Impl::Impl(const ClientOptions& options)
    : direct_(static_cast<std::size_t>(std::max(options.max_connections, 1))),
      app_name_(options.app_name),
      deadline_(options.deadline),
      retry_(options.retry),
      stop_(options.stop) {
  check_options(options);
  detail::start_driver();
  uri_ = detail::build_uri(options);
  if (const char* database = mongoc_uri_get_database(uri_.get())) default_database_ = database;
  connect_timeout_ = time_limit(uri_.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, milliseconds(30'000));
  socket_timeout_ = time_limit(uri_.get(), MONGOC_URI_SOCKETTIMEOUTMS, milliseconds(300'000));

  // A monitor that is connecting holds up the end of its pool, so that it must not take longer than anything else.
  auto connecting =
      std::min(time_limit(uri_.get(), MONGOC_URI_CONNECTTIMEOUTMS, milliseconds(10'000)), connect_timeout_);
  if (deadline_) {
    const auto left = std::max(milliseconds(1), std::chrono::duration_cast<milliseconds>(*deadline_ - Clock::now()));
    connecting = std::min(connecting, left);
    socket_timeout_ = std::min(socket_timeout_, left);
    set_time_limit(uri_.get(), MONGOC_URI_SOCKETTIMEOUTMS, socket_timeout_);
  }
  set_time_limit(uri_.get(), MONGOC_URI_CONNECTTIMEOUTMS, connecting);
  set_time_limit(uri_.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, std::min(connect_timeout_, selection_slice));
  set_time_limit(uri_.get(), MONGOC_URI_WAITQUEUETIMEOUTMS, connect_timeout_);

  bson_error_t error{};
  pool_.reset(mongoc_client_pool_new_with_error(uri_.get(), &error));
  if (!pool_) {
    const std::string message = "connecting: " + redact_uri(error.message);
    if (error.domain == MONGOC_ERROR_STREAM) throw ConnectionError(message);  // DNS, for mongodb+srv
    throw ConfigurationError(message);
  }
  mongoc_client_pool_set_error_api(pool_.get(), MONGOC_ERROR_API_VERSION_2);
  mongoc_client_pool_max_size(pool_.get(), static_cast<std::uint32_t>(options.max_connections));
  mongoc_client_pool_set_appname(pool_.get(), app_name_.c_str());
  goes_directly_ = detail::DirectClients::suit(uri_.get());
}

Client::Impl::Clock::time_point Client::Impl::selection_limit(detail::Urgency urgency) const {
  const auto now = Clock::now();
  if (urgency == detail::Urgency::cleanup) {
    const auto limit = ended() ? cleanup_limit_after_stop : cleanup_limit;
    return now + std::min(connect_timeout_, limit);
  }
  const auto limit = now + connect_timeout_;
  return deadline_ ? std::min(limit, *deadline_) : limit;
}

detail::PooledClient Client::Impl::acquire(const std::string& doing, const mongoc_read_prefs_t* prefs,
                                           detail::Urgency urgency) {
  if (urgency == detail::Urgency::cleanup) return acquire_for_cleanup(doing);
  const auto limit = selection_limit(urgency);
  bson_error_t first_error{};
  if (goes_directly_) {
    if (auto client = acquire_directly(doing, prefs, first_error)) return std::move(*client);
    goes_directly_ = false;
  }
  detail::PooledClient client(mongoc_client_pool_pop(pool_.get()), pool_.get());
  if (client.get() == nullptr) throw_no_connection(doing);
  for (;;) {
    bson_error_t error{};
    const detail::ServerHandle server(mongoc_client_select_server(client.get(), prefs == nullptr, prefs, &error));
    if (server) {
      note(client, server.get());
      return client;
    }
    check(doing, urgency);
    if (Clock::now() < limit) continue;
    // A server may have said what is wrong once, and nothing since.
    const bool says_why = std::strchr(error.message, '[') != nullptr || first_error.code == 0;
    detail::throw_selection_error(doing, says_why ? error : first_error);
  }
}

// Empty if the server does not answer at once: the pool knows better how to wait for it, and what to say.
std::optional<detail::PooledClient> Client::Impl::acquire_directly(const std::string& doing,
                                                                   const mongoc_read_prefs_t* prefs,
                                                                   bson_error_t& error) {
  const auto make = [&] {
    const detail::UriHandle uri(mongoc_uri_copy(uri_.get()));
    const auto connecting = time_limit(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, direct_limit);
    set_time_limit(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, std::min(connecting, direct_limit));
    return new_client(doing, uri.get());
  };
  detail::ClientHandle free = direct_.take(connect_timeout_, make);
  if (!free) throw_no_connection(doing);
  detail::PooledClient client(std::move(free), &direct_);
  const detail::ServerHandle server(mongoc_client_select_server(client.get(), prefs == nullptr, prefs, &error));
  if (!server) return std::nullopt;
  note(client, server.get());
  return client;
}

Client::Impl::Greetings Client::Impl::greet(int connections, const mongoc_read_prefs_t* prefs) {
  const auto greet_once = [this, prefs] {
    try {
      const auto client = acquire("greeting the server", prefs);
      bson_error_t error{};
      const detail::ServerHandle server(mongoc_client_select_server(client.get(), prefs == nullptr, prefs, &error));
      if (!server) return;
      const auto id = mongoc_server_description_id(server.get());
      const detail::ServerHandle greeted(mongoc_client_get_handshake_description(client.get(), id, nullptr, &error));
    } catch (const Error& error) {
      detail::log(LogLevel::debug, error.what());
    }
  };
  Greetings greetings;
  try {
    for (int i = 0; i < connections; ++i) greetings.push_back(std::async(std::launch::async, greet_once));
  } catch (const std::system_error& error) {
    detail::log(LogLevel::debug, error.what());  // then there are fewer
  }
  return greetings;
}

detail::PooledClient Client::Impl::acquire_for_cleanup(const std::string& doing) const {
  const auto now = Clock::now();
  const auto limit = std::chrono::duration_cast<milliseconds>(selection_limit(detail::Urgency::cleanup) - now);
  const detail::UriHandle uri(mongoc_uri_copy(uri_.get()));
  mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_SERVERSELECTIONTRYONCE, false);
  set_time_limit(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, limit);
  set_time_limit(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, limit);
  if (deadline_) {
    const auto left = std::chrono::duration_cast<milliseconds>(*deadline_ - now);
    const bool passed = left <= milliseconds(0);
    set_time_limit(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS,
                   passed ? cleanup_limit_after_deadline : std::max(left, cleanup_limit));
  }

  detail::PooledClient client(new_client(doing, uri.get()));
  bson_error_t error{};
  const detail::ServerHandle server(mongoc_client_select_server(client.get(), true, nullptr, &error));
  // Whoever ends what waits for a silent server may have met this connection, too.
  if (!server) detail::throw_selection_error<detail::TransientError>(doing, error);
  return client;
}

detail::ClientHandle Client::Impl::new_client(const std::string& doing, const mongoc_uri_t* uri) const {
  bson_error_t error{};
  detail::ClientHandle client(mongoc_client_new_from_uri_with_error(uri, &error));
  if (!client) throw ConnectionError(doing + ": " + redact_uri(error.message));
  mongoc_client_set_error_api(client.get(), MONGOC_ERROR_API_VERSION_2);
  mongoc_client_set_appname(client.get(), app_name_.c_str());
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

void Client::Impl::note(const detail::PooledClient& client, const mongoc_server_description_t* server) {
  round_trip_.store(mongoc_server_description_round_trip_time(server), std::memory_order_relaxed);
  limit_reply(client);
}

void Client::Impl::limit_reply(const detail::PooledClient& client) const {
  if (!deadline_) return;
  const auto left = std::chrono::duration_cast<milliseconds>(*deadline_ - Clock::now());
  const auto limit = std::clamp(left, milliseconds(1), socket_timeout_);
  mongoc_client_set_sockettimeoutms(client.get(), static_cast<std::int32_t>(limit.count()));
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

bool Client::Impl::ended() const noexcept {
  return stop_.stop_requested() || (deadline_ && Clock::now() >= *deadline_);
}

void Client::Impl::check(const std::string& doing, detail::Urgency urgency) const {
  if (urgency == detail::Urgency::cleanup) return;
  if (deadline_ && Clock::now() >= *deadline_) throw ConnectionError(doing + ": the time limit has passed");
  if (stop_.stop_requested()) throw Stopped(doing + ": stopped");
}

Client::Client(const ClientOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Client::~Client() = default;

const std::string& Client::default_database() const noexcept { return impl_->default_database(); }

}  // namespace gridfs
