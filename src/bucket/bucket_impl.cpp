#include "bucket/bucket_impl.hpp"

#include <algorithm>

#include "bucket/files/indexes.hpp"
#include "bucket/files/names.hpp"
#include "bucket/operation.hpp"

namespace gridfs {

Bucket::Impl::Impl(Client& client, std::string_view database, BucketOptions options)
    : client_(Client::Impl::of(client)),
      database_(database),
      options_(std::move(options)),
      files_name_(options_.name + ".files"),
      chunks_name_(options_.name + ".chunks") {
  detail::check_namespace(database_, options_.name);
  detail::check_chunk_size(options_.chunk_size_bytes);
  if (options_.parallelism < 1 || options_.parallelism > 64) {
    throw ConfigurationError("the number of connections to use at once must be 1 to 64");
  }
  if (options_.memory_bytes < (8LL << 20) || options_.memory_bytes > (1LL << 30)) {
    throw ConfigurationError("the memory of a stream must be 8 MiB to 1 GiB");
  }
  options_.parallelism = std::min(options_.parallelism, client_.max_connections());
  concerns_ = detail::resolve_concerns(options_, client_.uri());
}

detail::CollectionHandle Bucket::Impl::collection(const detail::PooledClient& client, detail::Collection which,
                                                  detail::Reader reader) const {
  detail::CollectionHandle collection(
      mongoc_client_get_collection(client.get(), database_.c_str(), name_of(which).c_str()));
  mongoc_collection_set_write_concern(collection.get(), concerns_.write.get());
  mongoc_collection_set_read_prefs(collection.get(), concerns_.prefs.get());
  const detail::ReadConcernHandle none(mongoc_read_concern_new());
  mongoc_collection_set_read_concern(collection.get(),
                                     reader == detail::Reader::library ? none.get() : concerns_.read.get());
  return collection;
}

void Bucket::Impl::ensure_indexes(const detail::Operation& operation) const {
  const std::lock_guard lock(indexes_mutex_);
  if (indexes_ensured_) return;
  operation.run([](const detail::Attempt& attempt) { detail::make_indexes(attempt); });
  indexes_ensured_ = true;
}

}  // namespace gridfs

namespace gridfs::detail {

void check_chunk_size(std::int32_t size) {
  if (size < 1 || size > max_chunk_size) throw ConfigurationError("the chunk size must be 1 byte to 15 MiB");
}

namespace {

// Whether a text could be taken for a value of another type.
bool is_json(const std::string& text) {
  try {
    static_cast<void>(Value::from_json(text));
    return true;
  } catch (const ConfigurationError&) {
    return false;
  }
}

}  // namespace

std::string shown_id(const Value& id) {
  if (const auto hex = id.as_object_id()) return *hex;
  const auto text = id.as_string();
  return text && !text->empty() && !is_json(*text) && !bson_oid_is_valid(text->c_str(), text->size()) ? *text
                                                                                                      : id.to_json();
}

std::string describe(const Value& id) { return "file " + shown_id(id); }

std::string describe(std::string_view filename) { return filename.empty() ? "''" : std::string(filename); }

std::string describe_all(const std::string& first, std::size_t count) {
  return count <= 1 ? first : first + " and " + std::to_string(count - 1) + " more";
}

}  // namespace gridfs::detail
