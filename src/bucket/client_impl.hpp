/// The pool of connections behind Client, with its time limits, its retries and its stop token.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/client.hpp"

#include "bucket/direct_clients.hpp"
#include "bucket/driver_error.hpp"
#include "bucket/handles.hpp"
#include "bucket/pooled_client.hpp"

namespace gridfs::detail {

/// Whether a step is ordinary work, which ends when the client is stopped or its deadline has passed, or takes back
/// what such work has left, which gets a few seconds of its own.
enum class Urgency { work, cleanup };

}  // namespace gridfs::detail

namespace gridfs {

/// Safe to use from many threads.
class Client::Impl {
 public:
  explicit Impl(const ClientOptions& options);

  [[nodiscard]] const mongoc_uri_t* uri() const noexcept { return uri_.get(); }
  [[nodiscard]] const std::string& default_database() const noexcept { return default_database_; }

  /// Takes a connection's client from the pool once a server is known that fits `prefs` (null: one that takes writes).
  /// For Urgency::cleanup it is a new one, so that a pool without a free connection, or whose connections are waiting
  /// for a server that has fallen silent, does not stand in the way.
  /// @throws ConnectionError      none was found within the connect timeout, or the deadline has passed
  /// @throws AuthenticationError  TLS failed
  /// @throws Stopped
  detail::PooledClient acquire(const std::string& doing, const mongoc_read_prefs_t* prefs,
                               detail::Urgency urgency = detail::Urgency::work);

  /// How long the server that was chosen last takes to answer; 0 until one has been.
  [[nodiscard]] std::chrono::milliseconds round_trip() const noexcept {
    return std::chrono::milliseconds(round_trip_.load(std::memory_order_relaxed));
  }

  /// Whether the way to it is what counts.
  [[nodiscard]] bool is_far() const noexcept { return round_trip() >= std::chrono::milliseconds(10); }

  /// Ended, and waited for, with its scope.
  using Greetings = std::vector<std::future<void>>;

  /// Begins to open so many connections, for those who will soon need them. What goes wrong is left for them to find.
  [[nodiscard]] Greetings greet(int connections, const mongoc_read_prefs_t* prefs);

  /// Lets the client wait for its next answer no longer than until the deadline.
  void limit_reply(const detail::PooledClient& client) const;

  /// Runs `step(attempt)` until it succeeds, throws anything but TransientError, or the retries are used up.
  template <typename Step>
  auto with_retries(const std::string& doing, Step step, detail::Urgency urgency = detail::Urgency::work) {
    const auto begin = Clock::now();
    for (int attempt = 0;; ++attempt) {
      check(doing, urgency);
      try {
        return step(attempt);
      } catch (const detail::CredentialsRefused& error) {
        throw_naming_user(error);
      } catch (const detail::TransientError& error) {
        check(doing, urgency);  // whose connection was cut because of that
        if (!may_retry(attempt, urgency)) throw;
        if (urgency == detail::Urgency::cleanup && Clock::now() - begin > quick_failure) throw;
        if (urgency == detail::Urgency::work) back_off(doing, attempt, error);
      }
    }
  }

  /// Taking back is tried a second time, at once: its connection may have been lost together with the one before.
  [[nodiscard]] bool may_retry(int attempt, detail::Urgency urgency = detail::Urgency::work) const noexcept {
    return attempt < (urgency == detail::Urgency::cleanup ? 1 : retry_.retries);
  }

  /// Waits before the next attempt: exponentially longer, with jitter.
  /// @throws Stopped, ConnectionError  as check()
  void back_off(const std::string& doing, int attempt, const detail::TransientError& error);

  /// Whether the stop token was triggered, or the deadline has passed.
  [[nodiscard]] bool ended() const noexcept;

  /// @throws Stopped          the stop token was triggered
  /// @throws ConnectionError  the deadline has passed
  void check(const std::string& doing, detail::Urgency urgency = detail::Urgency::work) const;

 private:
  using Clock = std::chrono::steady_clock;
  // Whoever waited longer for an answer has met a server that is silent, and waits no second time to take back.
  static constexpr std::chrono::milliseconds quick_failure{700};

  [[nodiscard]] Clock::time_point selection_limit(detail::Urgency urgency) const;
  [[nodiscard]] std::optional<detail::PooledClient> acquire_directly(const std::string& doing,
                                                                     const mongoc_read_prefs_t* prefs,
                                                                     bson_error_t& error);
  [[nodiscard]] detail::PooledClient acquire_for_cleanup(const std::string& doing) const;
  [[nodiscard]] detail::ClientHandle new_client(const std::string& doing, const mongoc_uri_t* uri) const;
  [[noreturn]] void throw_naming_user(const detail::CredentialsRefused& error) const;
  void note(const detail::PooledClient& client, const mongoc_server_description_t* server);

  detail::UriHandle uri_;
  detail::PoolHandle pool_;
  detail::DirectClients direct_;
  std::atomic<bool> goes_directly_;  // until a server does not answer at once
  std::string default_database_;
  std::string app_name_;
  std::chrono::milliseconds connect_timeout_;
  std::chrono::milliseconds socket_timeout_;
  std::optional<Clock::time_point> deadline_;
  RetryPolicy retry_;
  std::stop_token stop_;
  std::atomic<std::int64_t> round_trip_ = 0;  // ms
};

}  // namespace gridfs
