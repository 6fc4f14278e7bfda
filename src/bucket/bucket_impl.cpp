#include "bucket/bucket_impl.hpp"

#include <algorithm>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/client/cursor.hpp"
#include "bucket/client/driver_log.hpp"
#include "bucket/files/indexes.hpp"
#include "bucket/files/names.hpp"

namespace gridfs {

Bucket::Impl::Impl(Client& client, std::string_view database, BucketOptions options)
    : client_(client.impl()),
      database_(database),
      options_(std::move(options)),
      files_name_(options_.name + ".files"),
      chunks_name_(options_.name + ".chunks") {
  detail::check_namespace(database_, options_.name);
  detail::check_chunk_size(options_.chunk_size_bytes);
  if (options_.parallelism < 1 || options_.parallelism > 64) {
    throw ConfigurationError("the number of connections to use at once must be 1 to 64");
  }
  concerns_ = detail::resolve_concerns(options_, client_.uri());
}

detail::CollectionHandle Bucket::Impl::collection(const detail::PooledClient& client, const std::string& name,
                                                  detail::Reader reader) const {
  detail::CollectionHandle collection(mongoc_client_get_collection(client.get(), database_.c_str(), name.c_str()));
  mongoc_collection_set_write_concern(collection.get(), concerns_.write.get());
  mongoc_collection_set_read_prefs(collection.get(), concerns_.prefs.get());
  const detail::ReadConcernHandle none(mongoc_read_concern_new());
  mongoc_collection_set_read_concern(collection.get(),
                                     reader == detail::Reader::library ? none.get() : concerns_.read.get());
  return collection;
}

detail::CollectionHandle Bucket::Impl::files(const detail::PooledClient& client, detail::Reader reader) const {
  return collection(client, files_name_, reader);
}

detail::CollectionHandle Bucket::Impl::chunks(const detail::PooledClient& client, detail::Reader reader) const {
  return collection(client, chunks_name_, reader);
}

std::optional<Document> Bucket::Impl::find_one(const std::string& doing, const std::string& name, const bson_t* filter,
                                               const bson_t* options, const mongoc_read_prefs_t* prefs) const {
  return client_.with_retries(doing, [&](int /*attempt*/) {
    return find_first(doing, client_.acquire(doing, prefs), name, filter, options, prefs);
  });
}

std::optional<Document> Bucket::Impl::find_first(const std::string& doing, const detail::PooledClient& client,
                                                 const std::string& name, const bson_t* filter, const bson_t* options,
                                                 const mongoc_read_prefs_t* prefs) const {
  const detail::ReadPrefsHandle primary(mongoc_read_prefs_new(MONGOC_READ_PRIMARY));
  const mongoc_read_prefs_t* wanted = prefs == nullptr ? primary.get() : prefs;
  detail::Bson limited;
  bson_append_int64(limited.get(), "limit", -1, 1);
  if (options != nullptr) bson_concat(limited.get(), options);

  const auto found_in = collection(client, name, prefs == nullptr ? detail::Reader::library : detail::Reader::caller);
  const detail::CursorHandle cursor(mongoc_collection_find_with_opts(found_in.get(), filter, limited.get(), wanted));
  const bson_t* found = detail::next_document(*this, cursor.get(), doing);
  return found == nullptr ? std::nullopt : std::optional(detail::to_document(found));
}

std::optional<Document> Bucket::Impl::find_one_file(const std::string& doing, const bson_t* filter,
                                                    const bson_t* options, const mongoc_read_prefs_t* prefs) const {
  return find_one(doing, files_name_, filter, options, prefs);
}

bool Bucket::Impl::has_chunks(const std::string& doing, const Value& id) const {
  detail::Bson filter;
  detail::append_equal(filter.get(), "files_id", id);
  return has_chunks(doing, filter.get());
}

bool Bucket::Impl::has_chunks(const std::string& doing, std::span<const Value> ids) const {
  if (!std::all_of(ids.begin(), ids.end(), detail::fits_in)) {
    return std::any_of(ids.begin(), ids.end(), [&](const Value& id) { return has_chunks(doing, id); });
  }
  detail::Bson filter;
  detail::append_of_files(filter.get(), ids);
  return has_chunks(doing, filter.get());
}

bool Bucket::Impl::has_chunks(const std::string& doing, const bson_t* filter) const {
  detail::Bson only_id;
  detail::append_projection(only_id.get(), "_id");
  return find_one(doing, chunks_name_, filter, only_id.get(), nullptr).has_value();
}

std::int64_t Bucket::Impl::delete_chunks(const std::string& doing, const bson_t* filter,
                                         detail::Urgency urgency) const {
  return with_exact_text([&](bool exact) {
    detail::Bson options;
    if (exact) detail::append_simple_collation(options.get());
    return client_.with_retries(
        doing,
        [&](int /*attempt*/) {
          const auto client = client_.acquire(doing, nullptr, urgency);
          const auto collection = chunks(client);
          bson_error_t error{};
          detail::Reply reply;
          if (!mongoc_collection_delete_many(collection.get(), filter, options.get(), reply.get(), &error)) {
            detail::throw_driver_error(doing, error, reply.get());
          }
          return detail::integer_field(reply.get(), "deletedCount");
        },
        urgency);
  });
}

std::int64_t Bucket::Impl::delete_chunks_of_removed_files(const std::string& doing, const bson_t* filter) const {
  try {
    return delete_chunks(doing, filter, detail::Urgency::work);
  } catch (const Error&) {
    if (!client_.stopped()) throw;
    return delete_chunks(doing, filter, detail::Urgency::cleanup);
  }
}

void Bucket::Impl::ensure_indexes(const std::string& doing) const {
  const std::lock_guard lock(indexes_mutex_);
  if (indexes_ensured_) return;
  client_.with_retries(doing, [&](int /*attempt*/) {
    const auto client = client_.acquire(doing, nullptr);
    if (is_empty(doing, client)) make_indexes(doing, client);
  });
  indexes_ensured_ = true;
}

bool Bucket::Impl::is_empty(const std::string& doing, const detail::PooledClient& client) const {
  const detail::Bson any;
  detail::Bson only_id;
  detail::append_projection(only_id.get(), "_id");
  return !find_first(doing, client, files_name_, any.get(), only_id.get(), nullptr);
}

void Bucket::Impl::make_indexes(const std::string& doing, const detail::PooledClient& client) const {
  const bool files_have_it =
      detail::ensure_index(*this, files(client).get(), {"filename", "uploadDate"}, detail::IndexKind::ordinary, doing);
  const bool chunks_have_it =
      detail::ensure_index(*this, chunks(client).get(), {"files_id", "n"}, detail::IndexKind::unique, doing);
  if (!files_have_it || !chunks_have_it) {
    detail::log(
        LogLevel::warning,
        doing + ": not authorized to see or to make the indexes of the bucket: whether they are there is not known");
  }
}

}  // namespace gridfs

namespace gridfs::detail {

void check_cursor(mongoc_cursor_t* cursor, const std::string& doing) {
  bson_error_t error{};
  const bson_t* reply = nullptr;
  if (mongoc_cursor_error_document(cursor, &error, &reply)) throw_driver_error(doing, error, reply);
}

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

std::string describe(const Value& id) {
  if (const auto hex = id.as_object_id()) return "file " + *hex;
  const auto text = id.as_string();
  return "file " + (text && !is_json(*text) ? *text : id.to_json());
}

std::string describe(std::string_view filename) { return std::string(filename); }

std::string describe_all(const std::string& first, std::size_t count) {
  return count <= 1 ? first : first + " and " + std::to_string(count - 1) + " more";
}

}  // namespace gridfs::detail
