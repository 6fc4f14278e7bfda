/// The connections of one node of the scripted server.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/scripted_server/player.hpp"

namespace gridfs::scripted {

/// Listens on a free port of 127.0.0.1, and has a thread for each connection.
class Connections {
 public:
  /// Takes a port; nothing is accepted before start().
  /// @throws std::system_error
  Connections(Player& player, std::size_t node);
  /// Closes all. The player must have been stopped.
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;
  Connections(Connections&&) = delete;
  Connections& operator=(Connections&&) = delete;

  void start();

  /// `127.0.0.1:PORT`
  [[nodiscard]] std::string host() const;

 private:
  void accept_all();
  void serve(int socket);
  bool answer(int socket, const Answer& answer) const;

  Player& player_;
  std::size_t node_;
  int listener_;
  std::thread acceptor_;
  std::mutex mutex_;
  bool closing_ = false;
  std::set<int> sockets_;
  std::vector<std::thread> threads_;
};

}  // namespace gridfs::scripted
