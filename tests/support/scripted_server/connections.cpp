#include "support/scripted_server/connections.hpp"

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gridfs::scripted {

namespace {

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void set_option(int socket, int level, int name) {
  const int on = 1;
  ::setsockopt(socket, level, name, &on, sizeof on);
}

// A close sends a reset then, and what the peer has not read yet is lost to it.
void make_close_reset(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

Connections::Connections(Player& player, std::size_t node)
    : player_(player), node_(node), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (listener_ < 0) throw_errno("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw_errno("bind");
  if (::listen(listener_, SOMAXCONN) != 0) throw_errno("listen");
}

void Connections::start() {
  acceptor_ = std::thread([this] { accept_all(); });
}

Connections::~Connections() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  if (acceptor_.joinable()) acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

std::string Connections::host() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) throw_errno("getsockname");
  return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

void Connections::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (closing_) {
      if (socket >= 0) ::close(socket);
      return;
    }
    if (socket < 0) continue;
    set_option(socket, IPPROTO_TCP, TCP_NODELAY);
    sockets_.insert(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void Connections::serve(int socket) {
  try {
    while (const auto message = read_message(socket)) {
      if (!answer(socket, player_.play(*message, node_))) break;
    }
  } catch (const WireError& error) {
    std::cerr << "scripted_server: " << error.what() << '\n';
  }
  const std::lock_guard lock(mutex_);
  sockets_.erase(socket);
  ::close(socket);
}

bool Connections::answer(int socket, const Answer& answer) const {
  bool open = send_bytes(socket, answer.bytes);
  static const std::vector<std::uint8_t> zeros(1 << 16);
  for (std::size_t left = answer.padding; open && left > 0;) {
    const auto part = std::min(left, zeros.size());
    open = send_bytes(socket, std::span(zeros).first(part));
    left -= part;
  }
  if (answer.close && answer.reset) make_close_reset(socket);
  return open && !answer.close;
}

}  // namespace gridfs::scripted
