/// The connections to a deployment.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

class PooledClient;

/// Clients of libmongoc's, each of one thread at a time and with one connection to a server. Each looks for its server
/// by itself, within the calls that its user makes: there are no monitoring threads, and the handshake of a connection
/// is all that is sent before the first command. Safe to use from many threads.
class ClientPool {
 public:
  /// @param most  how many may be in use at once
  explicit ClientPool(std::int64_t most) : free_(most) {}
  /// Ends what is idle, all at once: each may have a last word with its server.
  ~ClientPool();
  ClientPool(const ClientPool&) = delete;
  ClientPool& operator=(const ClientPool&) = delete;
  ClientPool(ClientPool&&) = delete;
  ClientPool& operator=(ClientPool&&) = delete;

  /// An idle client, or a place for a new one. Empty if none has come free within the limit, or a stop was requested.
  [[nodiscard]] std::optional<PooledClient> take(std::chrono::milliseconds limit, const std::stop_token& stop);

  /// The same at once, beyond the bound if need be.
  [[nodiscard]] PooledClient take_now();

  /// Ends what is idle, and later what is in use now: after an error that the others may be about to meet, such as an
  /// election.
  void discard_all() noexcept;

 private:
  friend class PooledClient;
  [[nodiscard]] PooledClient take_idle();
  void give_back(ClientHandle client, std::uint64_t generation) noexcept;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<ClientHandle> idle_;
  std::int64_t free_;
  std::uint64_t generation_ = 0;
};

/// One client, given back to its pool with its scope.
class PooledClient {
 public:
  PooledClient(ClientPool& pool, ClientHandle client, std::uint64_t generation) noexcept
      : pool_(&pool), client_(std::move(client)), generation_(generation) {}
  ~PooledClient() {
    if (pool_ != nullptr) pool_->give_back(std::move(client_), generation_);
  }
  PooledClient(PooledClient&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), client_(std::move(other.client_)), generation_(other.generation_) {}
  PooledClient& operator=(PooledClient&&) = delete;
  PooledClient(const PooledClient&) = delete;
  PooledClient& operator=(const PooledClient&) = delete;

  /// Null where there is only the place.
  [[nodiscard]] mongoc_client_t* get() const noexcept { return client_.get(); }

  /// Puts a client into the place; whatever was there is ended.
  void set(ClientHandle client) noexcept;

 private:
  ClientPool* pool_;
  ClientHandle client_;
  std::uint64_t generation_;
};

}  // namespace gridfs::detail
