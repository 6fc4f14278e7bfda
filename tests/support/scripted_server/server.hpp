/// A test double of a MongoDB server: it works as far as GridFS needs it, in memory, and fails where a script says so.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/scripted_server/connections.hpp"
#include "support/scripted_server/player.hpp"

namespace gridfs::scripted {

/// Listens on free ports of 127.0.0.1 from its making until its end. Safe to use from many threads.
class ScriptedServer {
 public:
  /// @param script  an array of rules (script.hpp), or an object of options of Topology and `rules`
  /// @throws std::invalid_argument  it is neither
  explicit ScriptedServer(std::string_view script = "[]");
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ScriptedServer(ScriptedServer&&) = delete;
  ScriptedServer& operator=(ScriptedServer&&) = delete;

  [[nodiscard]] const std::string& uri() const noexcept;

  /// Adds one rule or an array of them; they count from now on.
  /// @throws std::invalid_argument
  void add_rules(std::string_view json);
  void clear_rules();
  /// Ends the waiting of the commands that are held. Those that come later are not held.
  void release();

  /// By the commands' names. Counts of hello depend on how often clients look after their connections.
  [[nodiscard]] std::map<std::string, Count> counts() const;
  [[nodiscard]] Count count(const std::string& command) const;

  /// The documents of `database.collection` as canonical Extended JSON, in the order of their insertion.
  [[nodiscard]] std::vector<std::string> dump(const std::string& full_name) const;

 private:
  Player player_;
  std::string uri_;
  std::vector<std::unique_ptr<Connections>> nodes_;
};

}  // namespace gridfs::scripted
