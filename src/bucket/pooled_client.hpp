/// One connection, for as long as it is needed.
#pragma once

#include <utility>

#include "bucket/direct_clients.hpp"
#include "bucket/handles.hpp"

namespace gridfs::detail {

/// A connection's client, given back to where it is from with its scope, or ended where it is from nowhere.
class PooledClient {
 public:
  explicit PooledClient(ClientHandle client, DirectClients* from = nullptr)
      : client_(client.release()), direct_(from) {}
  PooledClient(mongoc_client_t* client, mongoc_client_pool_t* from) : client_(client), pool_(from) {}
  ~PooledClient() {
    if (client_ == nullptr) return;
    if (pool_ != nullptr) {
      mongoc_client_pool_push(pool_, client_);
    } else {
      ClientHandle client(client_);
      if (direct_ != nullptr) direct_->give_back(std::move(client));
    }
  }
  PooledClient(PooledClient&& other) noexcept
      : client_(std::exchange(other.client_, nullptr)), pool_(other.pool_), direct_(other.direct_) {}
  PooledClient& operator=(PooledClient&&) = delete;
  PooledClient(const PooledClient&) = delete;
  PooledClient& operator=(const PooledClient&) = delete;

  [[nodiscard]] mongoc_client_t* get() const noexcept { return client_; }

 private:
  mongoc_client_t* client_;
  mongoc_client_pool_t* pool_ = nullptr;
  DirectClients* direct_ = nullptr;
};

}  // namespace gridfs::detail
