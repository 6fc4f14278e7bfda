#include "support/command_proxy.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/test_server.hpp"

namespace gridfs::test {

namespace {

using Message = std::vector<std::uint8_t>;

// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
constexpr std::size_t header_size = 16;
constexpr std::int32_t op_msg = 2013;

std::int32_t number_at(const Message& message, std::size_t offset) {
  std::int32_t number = 0;
  std::memcpy(&number, message.data() + offset, sizeof number);
  return number;
}

bool receive(int socket, std::uint8_t* to, std::size_t size) {
  while (size > 0) {
    const ssize_t count = recv(socket, to, size, 0);
    if (count <= 0) return false;
    to += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool receive(int socket, Message& message) {
  message.resize(header_size);
  if (!receive(socket, message.data(), header_size)) return false;
  const auto size = static_cast<std::size_t>(number_at(message, 0));
  if (size < header_size) return false;
  message.resize(size);
  return receive(socket, message.data() + header_size, size - header_size);
}

bool deliver(int socket, const Message& message) {
  std::size_t done = 0;
  while (done < message.size()) {
    const ssize_t count = send(socket, message.data() + done, message.size() - done, MSG_NOSIGNAL);
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

Document document_at(const Message& message, std::size_t offset) {
  const auto size = static_cast<std::size_t>(number_at(message, offset));
  return Document::from_bytes(std::as_bytes(std::span(message).subspan(offset, size)));
}

// The sections of an OP_MSG: one document that is the command, and sequences of documents.
CommandProxy::Command parse(const Message& message) {
  CommandProxy::Command command;
  std::size_t at = header_size + sizeof(std::int32_t);
  while (at < message.size()) {
    const std::uint8_t kind = message[at++];
    const auto size = static_cast<std::size_t>(number_at(message, at));
    if (kind == 0) {
      command.body = document_at(message, at);
    } else {
      const auto* identifier = reinterpret_cast<const char*>(message.data() + at + sizeof(std::int32_t));
      std::size_t document = at + sizeof(std::int32_t) + std::strlen(identifier) + 1;
      while (document < at + size) {
        command.documents.push_back(document_at(message, document));
        document += static_cast<std::size_t>(number_at(message, document));
      }
    }
    at += size;
  }
  command.name = command.body.fields().front().first;
  return command;
}

Message make_reply(const Message& request, const Document& document) {
  const auto bytes = document.bytes();
  Message reply(header_size + sizeof(std::int32_t) + 1);
  const std::array<std::int32_t, 4> header{static_cast<std::int32_t>(reply.size() + bytes.size()), 0,
                                           number_at(request, sizeof(std::int32_t)), op_msg};
  std::memcpy(reply.data(), header.data(), sizeof header);
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  reply.insert(reply.end(), data, data + bytes.size());
  return reply;
}

int connect_to(const std::string& address) {
  const auto colon = address.rfind(':');
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.substr(0, colon).c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0) return -1;
  const int server = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = connect(server, found->ai_addr, found->ai_addrlen) == 0;
  freeaddrinfo(found);
  if (connected) return server;
  close(server);
  return -1;
}

bool has_collation(const CommandProxy::Command& command) {
  const bool in_statement = !command.documents.empty() && command.documents.front().find("collation").has_value();
  return in_statement || !command.field("collation").empty();
}

// A server that knows no collations has refused the first one.
bool is_sent_without_collation(const CommandProxy::Command& command, const CommandProxy::Command& next) {
  const auto statement = [](const CommandProxy::Command& one) {
    return one.documents.empty() ? std::string() : one.documents.front().find("q").value_or(Value()).to_json();
  };
  return has_collation(command) && !has_collation(next) && command.name == next.name &&
         command.collection() == next.collection() && command.field("filter") == next.field("filter") &&
         statement(command) == statement(next);
}

}  // namespace

std::string CommandProxy::Command::field(std::string_view key) const {
  const auto value = body.find(key);
  return value ? value->to_json() : std::string();
}

std::string CommandProxy::Command::collection() const {
  const auto key = name == "getMore" ? std::string("collection") : name;
  return body.find(key).value_or(Value()).as_string().value_or("");
}

CommandProxy::CommandProxy(Handler handler, std::chrono::milliseconds handshake)
    : handler_(std::move(handler)), handshake_(handshake) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  port_ = ntohs(address.sin_port);
  threads_.emplace_back([this] { accept_connections(); });
}

CommandProxy::~CommandProxy() {
  std::list<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    shutdown(listener_, SHUT_RDWR);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
  close(listener_);
}

std::string CommandProxy::uri() const { return server_uri_through("127.0.0.1:" + std::to_string(port_)); }

void CommandProxy::accept_connections() {
  for (;;) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (ended_ || client < 0) {
      if (client >= 0) close(client);
      return;
    }
    sockets_.push_back(client);
    threads_.emplace_back([this, client] { serve(client); });
  }
}

void CommandProxy::serve(int client) {
  const int server = connect_to(server_address());
  Message message;
  std::array<pollfd, 2> sockets{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
  bool lose_answer = false;
  while (server >= 0 && poll(sockets.data(), sockets.size(), -1) > 0) {
    if (sockets[1].revents != 0) {
      if (!receive(server, message) || lose_answer || !deliver(client, message)) break;
    }
    if (sockets[0].revents != 0) {
      if (!receive(client, message)) break;
      const Decision decision = decide(message);
      if (decision.verdict == Verdict::lose_command) break;
      if (decision.verdict == Verdict::never_answer) continue;
      if (decision.verdict == Verdict::answer) {
        if (!deliver(client, make_reply(message, decision.reply))) break;
        continue;
      }
      lose_answer = decision.verdict == Verdict::lose_answer;
      if (!deliver(server, message)) break;
    }
  }
  const std::lock_guard lock(mutex_);
  sockets_.remove(client);
  close(client);
  if (server >= 0) close(server);
}

CommandProxy::Decision CommandProxy::decide(const Message& message) {
  const bool is_command = number_at(message, 3 * sizeof(std::int32_t)) == op_msg;
  Command command = is_command ? parse(message) : Command{"isMaster", {}, {}};
  if (command.name == "hello" || command.name == "isMaster" || command.name == "ismaster") {
    std::this_thread::sleep_for(handshake_);
    return {};
  }
  if (command.name == "endSessions") return {};
  const std::lock_guard lock(mutex_);
  commands_.push_back(command);
  return handler_ ? handler_(command) : Decision{};
}

std::vector<CommandProxy::Command> CommandProxy::commands() const {
  const std::lock_guard lock(mutex_);
  std::vector<Command> taken;
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    const bool again = i + 1 < commands_.size() && is_sent_without_collation(commands_[i], commands_[i + 1]);
    if (!again) taken.push_back(commands_[i]);
  }
  return taken;
}

std::vector<CommandProxy::Command> CommandProxy::commands(std::string_view name) const {
  std::vector<Command> result;
  for (auto& command : commands()) {
    if (command.name == name) result.push_back(std::move(command));
  }
  return result;
}

void CommandProxy::forget() {
  const std::lock_guard lock(mutex_);
  commands_.clear();
}

CommandProxy::Decision CommandProxy::refuse(int code, std::string_view message) {
  Document reply;
  reply.append("ok", Value(0.0)).append("code", Value(std::int32_t{code})).append("errmsg", Value(message));
  return {Verdict::answer, reply};
}

}  // namespace gridfs::test
