/// What the scripted server keeps, and the commands on it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "support/scripted_server/collection.hpp"
#include "support/scripted_server/command.hpp"

namespace gridfs::scripted {

/// Not synchronised.
class Store {
 public:
  /// The reply to a command.
  /// @throws CommandError  the command as a whole is refused
  Bson run(const Command& command);

  /// The reply to a find or a getMore as if nothing were there yet: without documents, with a cursor that lives on.
  /// @throws CommandError  as run()
  Bson run_without_batch(const Command& command);

  /// Does the first `count` of an insert's documents, for a reply that refuses the one behind them.
  void insert_first(const Command& command, std::size_t count);

  void drop_cursors() { cursors_.clear(); }

  /// Every document of `database.collection`, in the order of their insertion.
  [[nodiscard]] std::vector<Bson> all(const std::string& full_name) const;

 private:
  struct Cursor {
    std::string full_name;
    std::deque<Bson> left;
  };

  /// What a find is for.
  [[nodiscard]] std::vector<Bson> matching(const Command& command) const;
  Bson insert(const Command& command);
  Bson find(const Command& command);
  Bson count(const Command& command);
  Bson get_more(const Command& command);
  Bson kill_cursors(const Command& command);
  Bson remove(const Command& command);
  Bson update(const Command& command);
  Bson create_indexes(const Command& command);
  Bson list_indexes(const Command& command);
  Bson drop(const Command& command);

  Collection& made(const std::string& full_name);
  Bson first_batch(const std::string& full_name, std::vector<Bson> documents, std::int64_t batch_size, bool single);
  static Bson cursor_reply(const char* batch_name, const std::vector<Bson>& batch, std::int64_t id,
                           const std::string& full_name);

  std::map<std::string, Collection> collections_;
  std::map<std::int64_t, Cursor> cursors_;
  std::int64_t last_cursor_ = 1000;
};

}  // namespace gridfs::scripted
