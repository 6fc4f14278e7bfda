/// The connections behind Client, with their time limits, their retries and the stop token.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/client.hpp"

#include "bucket/client/client_pool.hpp"
#include "bucket/client/driver_error.hpp"
#include "bucket/client/handles.hpp"
#include "bucket/client/unfinished_writes.hpp"
#include "bucket/client/waits.hpp"

namespace gridfs::detail {

/// Whether a step is ordinary work, which ends when the client is stopped; or the same done ahead, if a connection is
/// free at once; or cleans up after such work.
enum class Urgency { work, ahead, cleanup };

}  // namespace gridfs::detail

namespace gridfs {

/// Safe to use from many threads.
class GRIDFS_NO_EXPORT Client::Impl {
 public:
  explicit Impl(const ClientOptions& options);
  static Impl& of(const Client& client) noexcept { return *client.impl_; }

  [[nodiscard]] const mongoc_uri_t* uri() const noexcept { return uri_.get(); }
  [[nodiscard]] const std::string& default_database() const noexcept { return default_database_; }

  /// A client that knows a server which fits `prefs` (null: one that takes writes).
  /// For Urgency::cleanup neither the stop token nor the bound on connections counts.
  /// @throws NoConnectionFree     as many as may be are in use, for the connect timeout or, with Urgency::ahead, now
  /// @throws ConnectionError      none was found within the connect timeout
  /// @throws AuthenticationError  TLS failed
  /// @throws Stopped
  detail::PooledClient acquire(const std::string& doing, const mongoc_read_prefs_t* prefs,
                               detail::Urgency urgency = detail::Urgency::work);

  [[nodiscard]] int max_connections() const noexcept { return max_connections_; }

  /// How long the server that was chosen last takes to answer; 0 until one has been.
  [[nodiscard]] std::chrono::milliseconds round_trip() const noexcept {
    return std::chrono::milliseconds(round_trip_.load(std::memory_order_relaxed));
  }

  /// Whether it is alone, in no replica set. False until one has been chosen.
  [[nodiscard]] bool is_standalone() const noexcept { return standalone_; }

  /// Whether the way to it is what counts.
  [[nodiscard]] bool is_far() const noexcept { return round_trip() >= std::chrono::milliseconds(10); }

  /// Whether messages are compressed, if the server can.
  [[nodiscard]] bool compresses() const noexcept { return bson_count_keys(mongoc_uri_get_compressors(uri_.get())) > 0; }

  /// Announces a write that would leave something if the program ended before it does.
  /// @throws Stopped  then nothing may be sent
  [[nodiscard]] std::unique_ptr<detail::UnfinishedWrites::Entry> begin_write(const std::string& doing,
                                                                             Leftover leftover);
  [[nodiscard]] std::vector<Leftover> unfinished_writes() const { return unfinished_.list(); }
  [[nodiscard]] std::vector<Leftover> leftovers() const { return unfinished_.left(); }

  void count_fetched(std::size_t bytes) noexcept {
    fetched_.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
  }
  [[nodiscard]] Progress progress() const {
    return {unfinished_.bytes_stored(), fetched_.load(std::memory_order_relaxed)};
  }

  [[nodiscard]] std::optional<Waiting> waiting() const;

  /// Runs `step(attempt)` until it succeeds, throws anything but TransientError, or the retries are used up.
  template <typename Step>
  auto with_retries(const std::string& doing, Step step, detail::Urgency urgency = detail::Urgency::work) {
    for (int attempt = 0;; ++attempt) {
      check(doing, urgency);
      try {
        return step(attempt);
      } catch (const detail::CredentialsRefused& error) {
        throw_naming_user(error);
      } catch (const AuthenticationError& error) {
        throw_if_nobody_asks(error);
        throw;
      } catch (const detail::TransientError& error) {
        pool_.discard_all();
        check(doing, urgency);
        if (!may_retry(attempt, urgency)) throw;
        if (urgency != detail::Urgency::cleanup) back_off(doing, attempt, error);
      }
    }
  }

  /// Cleaning up is tried a second time, at once: its connection may have been lost together with the one before.
  [[nodiscard]] bool may_retry(int attempt, detail::Urgency urgency = detail::Urgency::work) const noexcept {
    return attempt < (urgency == detail::Urgency::cleanup ? 1 : retry_.retries);
  }

  /// Waits before the next attempt: exponentially longer, with jitter.
  /// @throws Stopped
  void back_off(const std::string& doing, int attempt, const detail::TransientError& error);

  [[nodiscard]] bool stopped() const noexcept { return stop_.stop_requested(); }

  /// @throws Stopped  the stop token was triggered
  void check(const std::string& doing, detail::Urgency urgency = detail::Urgency::work) const;

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] detail::PooledClient take(const std::string& doing, detail::Urgency urgency);
  [[nodiscard]] detail::ClientHandle new_client(const std::string& doing) const;
  [[noreturn]] void throw_naming_user(const detail::CredentialsRefused& error) const;
  void throw_if_nobody_asks(const AuthenticationError& error) const;

  detail::UriHandle uri_;
  std::string default_database_;
  std::chrono::milliseconds connect_timeout_;
  int max_connections_;
  bool tries_once_ = false;  // to find a server
  RetryPolicy retry_;
  std::stop_token stop_;
  std::atomic<std::int64_t> round_trip_ = 0;  // ms
  std::atomic<bool> standalone_ = false;
  std::atomic<std::int64_t> fetched_ = 0;  // bytes
  detail::Waits waits_;                    // for a server
  detail::UnfinishedWrites unfinished_;
  detail::ClientPool pool_;
};

}  // namespace gridfs
