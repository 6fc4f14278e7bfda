/// Which kind of deployment the scripted server says it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "support/scripted_server/bson.hpp"

namespace gridfs::scripted {

/// One standalone server, one router of a sharded cluster, or the nodes of a replica set. Not synchronised.
class Topology {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param options  `topology` (`standalone`, `replica_set`, `sharded`), `nodes`, `set_name`, `max_wire_version`,
  ///                 `max_message_size`, `max_write_batch_size`, `secondary_lags`
  /// @throws std::invalid_argument
  explicit Topology(const Bson& options);

  [[nodiscard]] std::size_t nodes() const noexcept { return node_count_; }
  void set_hosts(std::vector<std::string> hosts) { hosts_ = std::move(hosts); }
  [[nodiscard]] std::string uri() const;

  /// What the node says of itself.
  [[nodiscard]] Bson hello(std::size_t node) const;

  [[nodiscard]] bool is_primary(std::size_t node) const;

  /// Whether a node that is not primary has nothing yet of what the primary has.
  [[nodiscard]] bool secondary_lags() const noexcept { return secondary_lags_; }

  /// No node is primary for that long, then the next one is.
  void step_down(std::chrono::milliseconds pause);

 private:
  enum class Kind { standalone, replica_set, sharded };
  void add_replica_set(Bson& reply, std::size_t node) const;

  Kind kind_ = Kind::standalone;
  std::size_t node_count_ = 1;
  std::string set_name_;
  std::int64_t max_wire_version_;
  std::int64_t max_message_size_;
  std::int64_t max_write_batch_size_;
  bool secondary_lags_;
  std::vector<std::string> hosts_;
  std::size_t primary_ = 0;
  std::int32_t election_ = 1;
  Clock::time_point primary_from_{};
};

}  // namespace gridfs::scripted
