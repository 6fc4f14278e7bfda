/// What a scripted server does otherwise than a server would.
///
/// A rule is a JSON object: `{"on": "insert", "collection": "chunks", "nth": 3, "do": "error", "code": 10107}`.
///   on          the command's name; `*`: any but hello
///   collection  `chunks`, or `fs.chunks`, or all of the name with its database; left out: any
///   nth         from which such command on, counted from the rule's adding; default 1
///   times       how often, from there; default 1, and 0: without end. `"nth": "every"` is nth 1, times 0
///   do          one of these, with its own fields
///
/// - error: `code`, `message`, `labels`, for the command as a whole; `when` after: it is done nevertheless
/// - write_error: `code`, `message`, `index`: refuses that document of an insert; those before it are stored
/// - write_concern_error: `code`, `message`, `labels`: done, but the reply says that the write concern was not met
/// - delay: `milliseconds`; `when`: before (default) or after the command is done
/// - hold: until the test releases it; `when` as for delay
/// - close: closes the connection; `when`: before or after the command is done, or in_reply: after `bytes` of the reply
///   (default: half). `reset` true: by a reset
/// - no_reply: keeps the connection open and never answers; `when` as for delay
/// - oversized_reply: a reply of `bytes` (default 64 MiB)
/// - reverse_batch: the documents of a reply in reverse order
/// - empty_batch: a reply of a query without documents, whose cursor lives on and gives them later
/// - count: `n`: a reply of a write that says so many; `when` after: it is done nevertheless
/// - drop_cursors: forgets all cursors, then does the command: a getMore finds none
/// - step_down: refuses the command, for this node is no primary any more. After `milliseconds` (default 300) it is
///   again; with two nodes the other one is
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "support/scripted_server/command.hpp"

namespace gridfs::scripted {

enum class Action {
  error,
  write_error,
  write_concern_error,
  delay,
  hold,
  close,
  no_reply,
  oversized_reply,
  reverse_batch,
  empty_batch,
  count,
  drop_cursors,
  step_down,
};

enum class When { before, after, in_reply };

struct Rule {
  std::string on;
  std::string collection;
  std::int64_t nth = 1;
  std::int64_t times = 1;
  Action action = Action::error;
  When when = When::before;
  Bson options;
  std::int64_t seen = 0;

  /// @throws std::invalid_argument  not a rule
  static Rule parse(const Bson& rule);

  [[nodiscard]] std::int64_t integer(const char* key, std::int64_t otherwise) const {
    return integer_field(options.get(), key, otherwise);
  }
  [[nodiscard]] std::chrono::milliseconds milliseconds(std::int64_t otherwise) const {
    return std::chrono::milliseconds(integer("milliseconds", otherwise));
  }
};

/// Rules in the order in which they were added. Not synchronised.
class Script {
 public:
  /// Adds one rule, or an array of them.
  /// @throws std::invalid_argument  not rules; none is added then
  void add(const Bson& rules);

  void clear() { rules_.clear(); }

  /// The rule for this command, if any. Every rule that it meets counts it; the first whose turn it is is played.
  std::optional<Rule> next(const Command& command);

 private:
  std::vector<Rule> rules_;
};

}  // namespace gridfs::scripted
