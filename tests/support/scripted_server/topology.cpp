#include "support/scripted_server/topology.hpp"

#include <stdexcept>

namespace gridfs::scripted {

namespace {

constexpr std::int32_t max_document_size = 16 << 20;

// Newer elections have greater ids, or drivers take the older primary for the true one.
bson_oid_t election_id(std::int32_t election) {
  bson_oid_t id{};
  id.bytes[11] = static_cast<std::uint8_t>(election);
  id.bytes[10] = static_cast<std::uint8_t>(election >> 8);
  return id;
}

}  // namespace

Topology::Topology(const Bson& options)
    : set_name_(text_field(options.get(), "set_name", "rs0")),
      max_wire_version_(integer_field(options.get(), "max_wire_version", 21)),
      max_message_size_(integer_field(options.get(), "max_message_size", 48'000'000)),
      max_write_batch_size_(integer_field(options.get(), "max_write_batch_size", 100'000)),
      secondary_lags_(true_field(options.get(), "secondary_lags", false)) {
  const std::string kind = text_field(options.get(), "topology", "standalone");
  if (kind == "replica_set") {
    kind_ = Kind::replica_set;
  } else if (kind == "sharded") {
    kind_ = Kind::sharded;
  } else if (kind != "standalone") {
    throw std::invalid_argument("no such topology: " + kind);
  }
  const std::int64_t nodes = integer_field(options.get(), "nodes", 1);
  if (nodes < 1 || nodes > 2 || (nodes == 2 && kind_ != Kind::replica_set)) {
    throw std::invalid_argument("a replica set has one node or two, anything else has one");
  }
  node_count_ = static_cast<std::size_t>(nodes);
}

std::string Topology::uri() const {
  std::string uri = "mongodb://";
  for (const std::string& host : hosts_) uri += (&host == &hosts_.front() ? "" : ",") + host;
  uri += "/";
  if (kind_ == Kind::replica_set) uri += "?replicaSet=" + set_name_;
  return uri;
}

Bson Topology::hello(std::size_t node) const {
  const bool primary = is_primary(node);
  Bson reply;
  reply.add("helloOk", true).add("ismaster", primary).add("isWritablePrimary", primary);
  if (kind_ == Kind::sharded) reply.add("msg", "isdbgrid");
  if (kind_ == Kind::replica_set) add_replica_set(reply, node);
  reply.add("maxBsonObjectSize", max_document_size);
  reply.add("maxMessageSizeBytes", static_cast<std::int32_t>(max_message_size_));
  reply.add("maxWriteBatchSize", static_cast<std::int32_t>(max_write_batch_size_));
  reply.add_now("localTime").add("logicalSessionTimeoutMinutes", std::int32_t{30});
  reply.add("minWireVersion", std::int32_t{0});
  reply.add("maxWireVersion", static_cast<std::int32_t>(max_wire_version_));
  return reply.add("readOnly", false).add("ok", 1.0);
}

void Topology::add_replica_set(Bson& reply, std::size_t node) const {
  const bool primary = is_primary(node);
  reply.add("secondary", !primary).add("setName", std::string_view(set_name_)).add("setVersion", std::int32_t{1});
  reply.add_array("hosts", Bson::array_of(hosts_)).add("me", std::string_view(hosts_[node]));
  if (is_primary(primary_)) reply.add("primary", std::string_view(hosts_[primary_]));
  if (primary) reply.add("electionId", election_id(election_));
}

bool Topology::is_primary(std::size_t node) const {
  return kind_ != Kind::replica_set || (node == primary_ && Clock::now() >= primary_from_);
}

void Topology::step_down(std::chrono::milliseconds pause) {
  primary_ = (primary_ + 1) % node_count_;
  primary_from_ = Clock::now() + pause;
  ++election_;
}

}  // namespace gridfs::scripted
