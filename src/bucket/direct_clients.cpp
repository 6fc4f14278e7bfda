#include "bucket/direct_clients.hpp"

#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace gridfs::detail {

namespace {

bool has_lost_its_server(const mongoc_client_t* client) {
  std::size_t count = 0;
  mongoc_server_description_t** servers = mongoc_client_get_server_descriptions(client, &count);
  const bool lost = count != 1 || std::strcmp(mongoc_server_description_type(servers[0]), "Unknown") == 0;
  mongoc_server_descriptions_destroy_all(servers, count);
  return lost;
}

}  // namespace

DirectClients::~DirectClients() {
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

bool DirectClients::suit(const mongoc_uri_t* uri) {
  const mongoc_host_list_t* hosts = mongoc_uri_get_hosts(uri);
  return hosts != nullptr && hosts->next == nullptr && mongoc_uri_get_srv_hostname(uri) == nullptr &&
         mongoc_uri_get_replica_set(uri) == nullptr &&
         mongoc_uri_get_option_as_bool(uri, MONGOC_URI_DIRECTCONNECTION, true) &&
         !mongoc_uri_get_option_as_bool(uri, MONGOC_URI_LOADBALANCED, false);
}

ClientHandle DirectClients::take(std::chrono::milliseconds limit, const std::function<ClientHandle()>& make) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, limit, [this] { return free_ > 0; })) return nullptr;
  ClientHandle client;
  if (idle_.empty()) {
    client = make();
  } else {
    client = std::move(idle_.back());
    idle_.pop_back();
  }
  --free_;
  return client;
}

void DirectClients::give_back(ClientHandle client) noexcept {
  std::vector<ClientHandle> ended;
  {
    const std::lock_guard lock(mutex_);
    const bool lost = has_lost_its_server(client.get());
    if (lost) ended.swap(idle_);
    (lost ? ended : idle_).push_back(std::move(client));
    ++free_;
  }
  changed_.notify_one();
}

}  // namespace gridfs::detail
