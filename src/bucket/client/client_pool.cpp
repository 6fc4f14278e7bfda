#include "bucket/client/client_pool.hpp"

#include <system_error>
#include <thread>

namespace gridfs::detail {

namespace {

// Without telling the server that its sessions end: it may be the one that does not answer. They expire by themselves.
void end_in_silence(ClientHandle client) noexcept {
  if (client) mongoc_client_reset(client.get());
}

}  // namespace

ClientPool::~ClientPool() {
  std::vector<std::thread> threads;
  try {
    while (idle_.size() > 1) {
      threads.emplace_back([client = std::move(idle_.back())]() mutable { client.reset(); });
      idle_.pop_back();
    }
  } catch (const std::system_error&) {
    // Then the rest end one after the other.
  }
  idle_.clear();
  for (std::thread& thread : threads) thread.join();
}

std::optional<PooledClient> ClientPool::take(std::chrono::milliseconds limit, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, stop, limit, [this] { return free_ > 0; })) return std::nullopt;
  return take_idle();
}

PooledClient ClientPool::take_now() {
  const std::lock_guard lock(mutex_);
  return take_idle();
}

PooledClient ClientPool::take_idle() {
  ClientHandle client;
  if (!idle_.empty()) {
    client = std::move(idle_.back());
    idle_.pop_back();
  }
  --free_;
  return {*this, std::move(client), generation_};
}

void ClientPool::discard_all() noexcept {
  std::vector<ClientHandle> ended;
  {
    const std::lock_guard lock(mutex_);
    ++generation_;
    ended.swap(idle_);
  }
  for (ClientHandle& client : ended) end_in_silence(std::move(client));
}

void ClientPool::give_back(ClientHandle client, std::uint64_t generation) noexcept {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
    if (client && generation == generation_) idle_.push_back(std::move(client));
  }
  changed_.notify_one();
  end_in_silence(std::move(client));
}

void PooledClient::set(ClientHandle client) noexcept { end_in_silence(std::exchange(client_, std::move(client))); }

}  // namespace gridfs::detail
