/// Answers messages: as a server would, unless a rule says otherwise.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "support/scripted_server/script.hpp"
#include "support/scripted_server/store.hpp"
#include "support/scripted_server/topology.hpp"
#include "support/scripted_server/wire.hpp"

namespace gridfs::scripted {

/// What goes back over a connection.
struct Answer {
  std::vector<std::uint8_t> bytes;  // none: no reply
  std::size_t padding = 0;          // zeros behind them
  bool close = false;
  bool reset = false;
};

/// How often a command came, and how often it was answered in full: its round trips.
struct Count {
  std::int64_t received = 0;
  std::int64_t answered = 0;
};

/// Safe to use from many threads.
class Player {
 public:
  explicit Player(Topology topology) : topology_(std::move(topology)) {}

  [[nodiscard]] std::size_t nodes() const;
  /// Where the nodes listen. @return  the connection string of them all
  std::string set_hosts(std::vector<std::string> hosts);

  /// Waits as long as the rule for this message says, or until stop().
  Answer play(const Message& message, std::size_t node);
  void stop();
  /// Ends the waiting of the commands that are held. Those that come later are not held.
  void release();

  void add_rules(const Bson& rules);
  void clear_rules();
  [[nodiscard]] std::map<std::string, Count> counts() const;
  [[nodiscard]] std::vector<Bson> all(const std::string& full_name) const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  Answer play_rule(Lock& lock, const Rule& rule, const Message& message, std::size_t node);
  Answer play_close(const Rule& rule, const Message& message, std::size_t node);
  Bson play_write_error(const Rule& rule, const Command& command);
  Bson execute(const Command& command, std::size_t node);
  static Bson execute_on(Store& store, const Command& command);
  void wait(Lock& lock, const Rule& rule);

  mutable std::mutex mutex_;
  std::condition_variable waiting_;
  bool stopping_ = false;
  bool released_ = false;
  Topology topology_;
  Store store_;
  Store empty_;
  Script script_;
  std::map<std::string, Count> counts_;
  std::map<std::string, Bson> done_;  // replies to retryable writes, by session and number
};

}  // namespace gridfs::scripted
