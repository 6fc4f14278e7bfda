/// Stands between a client and the server: sees every command, and may answer one itself, lose it or lose its answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gridfs/document.hpp"

namespace gridfs::test {

class CommandProxy {
 public:
  /// A command as it is sent, without the documents of an insert.
  struct Command {
    std::string name;  ///< `find`, `insert`, …
    Document body;
    std::vector<Document> documents;  ///< of an insert

    /// The field of that name as Extended JSON, empty if there is none.
    [[nodiscard]] std::string field(std::string_view key) const;
    /// The collection that it is for.
    [[nodiscard]] std::string collection() const;
  };

  enum class Verdict {
    pass,          ///< the server answers
    answer,        ///< the proxy answers, the server never sees it
    lose_command,  ///< the connection ends, the server never sees it
    lose_answer,   ///< the server does it, and then the connection ends
    never_answer,  ///< the server never sees it, and the client waits
  };
  struct Decision {
    Verdict verdict = Verdict::pass;
    Document reply;  ///< for Verdict::answer
  };
  /// Called for every command but the handshake's and the monitor's, one at a time.
  using Handler = std::function<Decision(const Command&)>;

  /// @param handshake  how long the server takes to answer one: by this a client tells how far it is
  explicit CommandProxy(Handler handler = {}, std::chrono::milliseconds handshake = {});
  ~CommandProxy();
  CommandProxy(const CommandProxy&) = delete;
  CommandProxy& operator=(const CommandProxy&) = delete;
  CommandProxy(CommandProxy&&) = delete;
  CommandProxy& operator=(CommandProxy&&) = delete;

  /// The connection string to the server through this proxy.
  [[nodiscard]] std::string uri() const;

  /// What has been sent so far, in its order, but for what was sent once more because the server knows no collations.
  [[nodiscard]] std::vector<Command> commands() const;
  /// Of those, the ones of a name.
  [[nodiscard]] std::vector<Command> commands(std::string_view name) const;
  void forget();

  /// What a server answers that refuses a command.
  static Decision refuse(int code, std::string_view message);

 private:
  void accept_connections();
  void serve(int client);
  Decision decide(const std::vector<std::uint8_t>& message);

  Handler handler_;
  std::chrono::milliseconds handshake_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Command> commands_;
  std::list<int> sockets_;
  bool ended_ = false;
  std::list<std::thread> threads_;
};

}  // namespace gridfs::test
