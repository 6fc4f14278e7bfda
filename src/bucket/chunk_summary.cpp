#include "gridfs/chunk_summary.hpp"

#include "bucket/bson_bridge.hpp"
#include "bucket/bucket_impl.hpp"
#include "bucket/chunk_document.hpp"
#include "bucket/cursor.hpp"

namespace gridfs {

ChunkSummary Bucket::chunk_summary(const FileInfo& file) const {
  const Value id = file.id();
  const std::string doing = "looking at the chunks of " + detail::describe(id);
  ChunkSummary summary;
  summary.expected = file.length() == 0 ? 0 : file.chunk_count();

  detail::Bson filter;
  detail::append_equal(filter.get(), "files_id", id);
  detail::Bson options;
  detail::append_sort(options.get(), "n", 1);
  // Of an empty file's chunk the data are of interest: some drivers have stored an empty one.
  if (summary.expected > 0) detail::append_projection(options.get(), "n");
  detail::append(options.get(), "batchSize", std::int32_t{summary.expected > 0 ? 10'000 : 2});

  return impl_->client().with_retries(doing, [&](int /*attempt*/) {
    ChunkSummary result = summary;
    const auto client = impl_->client().acquire(doing, impl_->prefs());
    const auto chunks = impl_->chunks(client);
    const detail::CursorHandle cursor(
        mongoc_collection_find_with_opts(chunks.get(), filter.get(), options.get(), impl_->prefs()));
    std::int64_t next = 0;
    detail::for_each_document(*impl_, cursor, doing, [&](const bson_t* found) {
      const auto [n, data] = detail::parse_chunk(found);
      if (n && *n >= next && *n < result.expected) {
        ++result.present;
        next = *n + 1;
      } else if (result.expected > 0 || !data || !data->empty()) {
        ++result.superfluous;
      }
    });
    return result;
  });
}

}  // namespace gridfs
