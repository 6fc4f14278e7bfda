/// A command as a client has sent it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/scripted_server/bson.hpp"

namespace gridfs::scripted {

struct Command {
  std::string name;
  std::string database;
  /// The command's own value where it is a text, or getMore's `collection`; empty for a command on no collection.
  std::string collection;
  Bson body;
  /// Documents that travelled beside the body (OP_MSG, "Document Sequence").
  std::map<std::string, std::vector<Bson>> sequences;

  [[nodiscard]] std::string full_name() const { return database + "." + collection; }

  /// A list of documents, whichever way it came.
  [[nodiscard]] std::vector<Bson> documents(const std::string& key) const {
    const auto sequence = sequences.find(key);
    return sequence != sequences.end() ? sequence->second : documents_field(body.get(), key.c_str());
  }

  [[nodiscard]] bool writes() const {
    return name == "insert" || name == "update" || name == "delete" || name == "createIndexes" || name == "drop";
  }
  [[nodiscard]] bool reads() const { return name == "find" || name == "count" || name == "listIndexes"; }
  [[nodiscard]] bool is_hello() const { return name == "hello" || name == "isMaster" || name == "ismaster"; }
};

}  // namespace gridfs::scripted
