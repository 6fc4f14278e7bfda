/// The queries of a check.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "bucket/check/check_run.hpp"

namespace gridfs::detail {

/// The documents of a collection in the order of their ids, whatever type these have. Picks up behind the last one
/// where a connection or the server's cursor is lost.
class OrderedScan {
 public:
  /// @param key      the field that orders them: `_id` or `files_id`
  /// @param options  of the find, `sort` included
  OrderedScan(Operation operation, Collection over, std::string key, Document options);

  /// The next document, valid until the next call; null at the end. Where it had to pick up, documents of the id that
  /// was the last may be left out.
  const bson_t* next();

 private:
  [[nodiscard]] Document filter() const;
  const bson_t* fetch();

  Operation operation_;
  Collection over_;
  std::string key_;
  Document options_;
  std::optional<Value> last_;
  std::optional<Cursor> cursor_;
  bool picks_up_ = false;        // behind last_, and the query has not been answered yet
  bool has_expressions_ = true;  // the server, until it has refused one
};

/// One chunk without its data.
struct ScannedChunk {
  std::optional<std::int64_t> n;
  /// Bytes of its data; empty if it has none.
  std::optional<std::int64_t> size;
  /// Has `_id` and `files_id`; valid during the call.
  const bson_t* document;
};

enum class Sizes { as_server_can, from_data };

struct ChunkScan {
  const bson_t* filter;
  Reader reader = Reader::caller;
  Sizes sizes = Sizes::as_server_can;
  /// For the size of a reply with data.
  std::int32_t chunk_size = default_chunk_size;
};

/// Calls `step` for each chunk that matches, in the order of `files_id` and `n`. Begins again, after `restart`, where a
/// connection was lost or the server turned out not to know sizes.
void scan_chunks(CheckRun& run, const std::string& description, const ChunkScan& scan,
                 const std::function<void()>& restart, const std::function<void(const ScannedChunk&)>& step);

}  // namespace gridfs::detail
