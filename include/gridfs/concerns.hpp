/// Write concern, read concern and read preference, as the server's manual defines them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gridfs/document.hpp"

namespace gridfs {

/// How many members must acknowledge a write, in place of the connection string's whole write concern
/// (https://www.mongodb.com/docs/manual/reference/write-concern/).
struct WriteConcern {
  /// A number of members, from 1; or `"majority"`, or the name of a custom write concern ("tag"). 0, unacknowledged, is
  /// refused by Bucket with ConfigurationError. Empty: none is sent. That is the server's default if nothing else is
  /// set here; beside `journal` or `timeout`, MongoDB 6.0 then waits for the primary alone, whatever its default is.
  std::optional<std::variant<int, std::string>> w;
  /// Whether the write must be in the on-disk journal; the server's default if empty.
  std::optional<bool> journal;
  /// How long the server waits for the members (`wtimeout`), in milliseconds from 1; no limit if empty.
  std::optional<std::chrono::milliseconds> timeout;
};

/// The consistency of reads (https://www.mongodb.com/docs/manual/reference/read-concern/).
struct ReadConcern {
  /// `local`, `available`, `majority`, `linearizable` or `snapshot`; a server refuses an unknown one.
  std::string level;
};

/// Which members of a replica set may answer a read
/// (https://github.com/mongodb/specifications/blob/master/source/server-selection/server-selection.md).
struct ReadPreference {
  enum class Mode { primary, primary_preferred, secondary, secondary_preferred, nearest };
  Mode mode = Mode::primary;
  /// Tried in order; must be empty with Mode::primary.
  std::vector<Document> tag_sets;
  /// 90 s to 2147483647 s; must be empty with Mode::primary.
  std::optional<std::chrono::seconds> max_staleness;
};

}  // namespace gridfs
