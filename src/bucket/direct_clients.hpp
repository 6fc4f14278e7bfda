/// Connections to a server that need not be looked for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "bucket/handles.hpp"

namespace gridfs::detail {

/// Clients with one connection each. libmongoc's own pool greets a server for its monitor before it greets it on any
/// connection; these do so once, in the round trip that is needed anyway. Safe to use from many threads.
class DirectClients {
 public:
  /// @param most  how many may be in use at once
  explicit DirectClients(std::size_t most) : free_(most) {}
  /// Ends what is idle, all at once: each may have a last word with the server.
  ~DirectClients();
  DirectClients(const DirectClients&) = delete;
  DirectClients& operator=(const DirectClients&) = delete;
  DirectClients(DirectClients&&) = delete;
  DirectClients& operator=(DirectClients&&) = delete;

  /// Whether there is only one server, of no replica set that the program is to know, to choose from.
  [[nodiscard]] static bool suit(const mongoc_uri_t* uri);

  /// One that is idle, or else what `make` returns. Empty if none has come free within the limit.
  [[nodiscard]] ClientHandle take(std::chrono::milliseconds limit, const std::function<ClientHandle()>& make);

  /// Gives back what take() returned. Where its server was lost, no idle one is of use any more.
  void give_back(ClientHandle client) noexcept;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ClientHandle> idle_;
  std::size_t free_;
};

}  // namespace gridfs::detail
