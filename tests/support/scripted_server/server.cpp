#include "support/scripted_server/server.hpp"

namespace gridfs::scripted {

namespace {

Bson rules_of(std::string_view json, const Bson& script) {
  const auto first = json.find_first_not_of(" \t\r\n");
  const bool is_array = first != std::string_view::npos && json[first] == '[';
  return is_array ? script : document_field(script.get(), "rules");
}

}  // namespace

ScriptedServer::ScriptedServer(std::string_view script) : player_(Topology(Bson::from_json(script))) {
  player_.add_rules(rules_of(script, Bson::from_json(script)));
  std::vector<std::string> hosts;
  for (std::size_t node = 0; node < player_.nodes(); ++node) {
    nodes_.push_back(std::make_unique<Connections>(player_, node));
    hosts.push_back(nodes_.back()->host());
  }
  uri_ = player_.set_hosts(std::move(hosts));
  for (const auto& node : nodes_) node->start();
}

ScriptedServer::~ScriptedServer() { player_.stop(); }

const std::string& ScriptedServer::uri() const noexcept { return uri_; }

void ScriptedServer::add_rules(std::string_view json) { player_.add_rules(Bson::from_json(json)); }

void ScriptedServer::clear_rules() { player_.clear_rules(); }

void ScriptedServer::release() { player_.release(); }

std::map<std::string, Count> ScriptedServer::counts() const { return player_.counts(); }

Count ScriptedServer::count(const std::string& command) const { return player_.counts()[command]; }

std::vector<std::string> ScriptedServer::dump(const std::string& full_name) const {
  std::vector<std::string> lines;
  for (const Bson& document : player_.all(full_name)) lines.push_back(document.canonical_json());
  return lines;
}

}  // namespace gridfs::scripted
