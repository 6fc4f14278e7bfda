#include "gridfs/chunk_summary.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_document.hpp"
#include "bucket/operation.hpp"

namespace gridfs {

namespace {

// The numbers of all chunks of a file, or the chunks with their data from a number on.
template <typename Step>
void each_chunk(const detail::Attempt& attempt, const Value& id, std::optional<std::int64_t> from, Step step) {
  detail::Bson filter;
  detail::append_equal(filter.get(), "files_id", id);
  if (from) detail::append(filter.get(), "n", detail::document("$gte", Value(*from)));
  detail::Bson options;
  detail::append_sort(options.get(), "n", 1);
  if (!from) detail::append_projection(options.get(), "n");
  detail::append(options.get(), "batchSize", std::int32_t{from ? 2 : 10'000});
  attempt.find(detail::Collection::chunks, filter.get(), options.get(), step);
}

}  // namespace

ChunkSummary Bucket::chunk_summary(const FileInfo& file) const {
  const Value id = file.id();
  const detail::Operation operation(*impl_, "looking at the chunks of " + detail::describe(id));
  const std::int64_t expected = file.length() == 0 ? 0 : file.chunk_count();
  const auto count = [&](const detail::Attempt& attempt) {
    ChunkSummary result;
    result.expected = expected;
    std::int64_t next = 0;
    each_chunk(attempt, id, {}, [&](const bson_t* found) {
      const auto n = detail::parse_chunk(found).n;
      if (n && *n >= next && *n < expected) {
        ++result.present;
        next = *n + 1;
      } else {
        ++result.superfluous;
      }
    });
    return result;
  };
  auto reader = detail::Reader::caller;
  ChunkSummary summary = operation.run(count, reader);
  if (summary.present < expected && impl_->may_read_from_secondary()) {
    reader = detail::Reader::library;
    summary = operation.run(count, reader);
  }
  if (summary.superfluous == 0) return summary;
  const auto without_empty = [&](const detail::Attempt& attempt) {
    ChunkSummary result = summary;
    each_chunk(attempt, id, expected, [&](const bson_t* found) {
      if (detail::is_empty_behind(detail::parse_chunk(found), expected)) --result.superfluous;
    });
    return result;
  };
  return operation.run(without_empty, reader);
}

}  // namespace gridfs
