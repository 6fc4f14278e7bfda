#include "bucket/upload/upload_impl.hpp"

#include <limits>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_layout.hpp"
#include "bucket/chunks/stored_chunks.hpp"
#include "bucket/client/cursor.hpp"
#include "bucket/client/driver_log.hpp"
#include "bucket/files/names.hpp"
#include "bucket/files/upload_date.hpp"

namespace gridfs {

namespace {

std::int32_t checked_chunk_size(std::int32_t size) {
  detail::check_chunk_size(size);
  return size;
}

}  // namespace

UploadStream::Impl::Impl(std::shared_ptr<const Bucket::Impl> bucket, std::optional<Value> id, std::string_view filename,
                         const UploadOptions& options)
    : bucket_(std::move(bucket)),
      file_{.id = id ? *id : Value::new_object_id(),
            .chunk_size = checked_chunk_size(options.chunk_size_bytes.value_or(bucket_->options().chunk_size_bytes)),
            .upload_date = {},
            .filename = std::string(filename),
            .metadata = options.metadata},
      after_(options.after),
      id_is_new_(!id),
      doing_("storing " + detail::describe(filename)),
      writer_(bucket_, doing_, detail::plan_upload(file_.chunk_size, bucket_->options().parallelism),
              id ? detail::FilesId::given : detail::FilesId::fresh),
      batch_(writer_.new_batch()) {
  detail::check_filename(filename);
  if (id) {
    detail::Bson filter;
    detail::append_equal(filter.get(), "_id", *id);
    if (bucket_->find_one_file(doing_, filter.get(), nullptr, nullptr)) {
      throw FileExists(doing_ + ": the _id is in use: " + id->to_json());
    }
    // They would be taken for chunks of this file.
    if (bucket_->has_chunks(doing_, *id)) {
      throw FileExists(doing_ + ": the _id is in use: chunks without a file are stored under " + id->to_json());
    }
  }
}

void UploadStream::Impl::write(std::span<const std::byte> bytes) {
  if (closed_) throw StreamError(doing_ + ": the stream is closed");
  const auto chunk_size = static_cast<std::size_t>(file_.chunk_size);
  file_.length += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    if (in_chunk_ == 0) begin_chunk();
    const auto some = bytes.first(std::min(bytes.size(), chunk_size - in_chunk_));
    batch_.extend(some);
    in_chunk_ += some.size();
    bytes = bytes.subspan(some.size());
    if (in_chunk_ == chunk_size) end_chunk();
  }
}

void UploadStream::Impl::close() {
  if (closed_) return;
  if (in_chunk_ > 0) batch_.end();
  bucket_->ensure_indexes(doing_);
  announce();
  writer_.finish(std::exchange(batch_, detail::ChunkBatch(0)));
  file_.upload_date = detail::next_upload_date(file_.filename, after_);
  auto document = detail::make_files_document(file_);
  insert_files_document(document);
  inserted_ = std::move(document);
  try {
    check_own_chunks();
  } catch (const Stopped&) {
    // The file is stored, and acknowledged.
  } catch (const ConnectionError& error) {
    detail::log(LogLevel::debug, error.what());
  }
  stored_ = inserted_;
  unfinished_->set(Leftover::Kind::nothing);
  closed_ = true;
}

void UploadStream::Impl::abort() {
  if (closed_) return;
  closed_ = true;
  writer_.cancel();
  try {
    clean_up();
  } catch (const std::exception& error) {
    leftover_ = unfinished_->leave(Leftover::Kind::chunks, error.what());
    throw;
  }
}

void UploadStream::Impl::abort_after_failure() noexcept {
  try {
    abort();
  } catch (const std::exception& error) {
    detail::log(LogLevel::debug, error.what());
  }
}

void UploadStream::Impl::announce() {
  if (unfinished_) return;
  unfinished_ = bucket_->client().begin_write(doing_, {Leftover::Kind::chunks, file_.id, file_.filename, {}});
  writer_.count_for(*unfinished_);
}

void UploadStream::Impl::insert_files_document(const Document& document) {
  unfinished_->set(Leftover::Kind::file_or_chunks);
  try {
    detail::insert_files_document(*bucket_, doing_, document, applied_);
  } catch (const FileExists&) {
    unfinished_->set(Leftover::Kind::chunks);
    throw;  // what is there is another's, and must not be removed
  } catch (const Error&) {
    if (applied_ == detail::Applied::unknown) {
      try {
        if (detail::absent_after_failure(*bucket_, doing_, std::span(&document, 1)).empty()) return;
      } catch (const Error& error) {
        detail::log(LogLevel::debug, error.what());
      }
    } else {
      inserted_ = document;  // even if the server says that it is not there: to remove it does no harm
      unfinished_->set(Leftover::Kind::chunks);
    }
    throw;
  }
}

// Whoever removes orphaned chunks, or the `_id`, before the files document comes, finds chunks without a file. Whoever
// comes later removes the file as a whole.
void UploadStream::Impl::check_own_chunks() const {
  if (next_chunk_ == 0) return;
  const bool damaged = bucket_->client().with_retries(doing_, [&](int /*attempt*/) {
    if (stored_chunks() >= next_chunk_) return false;
    const auto client = bucket_->client().acquire(doing_, nullptr);
    return detail::absent_files_documents(*bucket_, doing_, client, std::span(&*inserted_, 1)).empty();
  });
  if (damaged) throw Error(doing_ + ": removed by another program while it was being stored");
}

std::int64_t UploadStream::Impl::stored_chunks() const {
  // Those of a given `_id` may be another upload's, which has begun with the first: this one's tells whose they are.
  if (!id_is_new_) {
    detail::Bson first;
    bson_t condition;
    bson_append_document_begin(first.get(), "_id", -1, &condition);
    bson_append_oid(&condition, "$eq", -1, &first_chunk_id_);
    bson_append_document_end(first.get(), &condition);
    if (!bucket_->has_chunks(doing_, first.get())) return 0;
  }
  detail::Bson filter;
  detail::append_equal(filter.get(), "files_id", file_.id);
  return detail::count_chunks(*bucket_, doing_, filter.get());
}

void UploadStream::Impl::begin_chunk() {
  // A full batch goes when there is more to come, so that the last one is stored by finish().
  if (batch_.size() >= writer_.chunks_per_batch()) {
    bucket_->ensure_indexes(doing_);
    // It grows on if the server has turned out to be far away.
    if (batch_.size() >= writer_.chunks_per_batch()) {
      announce();
      writer_.submit(std::move(batch_));
      batch_ = writer_.new_batch();
    }
  }
  if (next_chunk_ > std::numeric_limits<std::int32_t>::max()) {
    throw ConfigurationError(doing_ + ": more than 2^31 chunks: choose a larger chunk size");
  }
  const bson_oid_t chunk_id = chunk_ids_.next();
  if (next_chunk_ == 0) first_chunk_id_ = chunk_id;
  batch_.begin(chunk_id, file_.id, static_cast<std::int32_t>(next_chunk_));
  ++next_chunk_;
}

void UploadStream::Impl::end_chunk() {
  batch_.end();
  in_chunk_ = 0;
}

void UploadStream::Impl::clean_up() {
  if (applied_ == detail::Applied::unknown && !inserted_) {
    leftover_ = unfinished_->leave(Leftover::Kind::file_or_chunks,
                                   "the server did not answer when its files document was stored");
    return;
  }
  if (!inserted_ && !writer_.stored()) return;
  const std::string doing =
      "cleaning up the partial upload of " + detail::describe(file_.filename) + " (" + detail::describe(file_.id) + ")";
  // The files document first: without it what is left are orphans, with it a damaged file.
  if (inserted_) detail::remove_files_documents(*bucket_, doing, std::span(&*inserted_, 1));
  if (!writer_.stored()) return;
  if (id_is_new_) {
    detail::Bson filter;
    detail::append_equal(filter.get(), "files_id", file_.id);
    bucket_->delete_chunks(doing, filter.get(), detail::Urgency::cleanup);
  } else {
    bucket_->client().with_retries(
        doing, [&](int /*attempt*/) { delete_own_chunks(doing); }, detail::Urgency::cleanup);
  }
  if (writer_.answer_lost()) {
    leftover_ =
        unfinished_->leave(Leftover::Kind::chunks, "the server did not answer, and may still store what it was sent");
  }
}

void UploadStream::Impl::delete_own_chunks(const std::string& doing) {
  detail::Bson filter;
  detail::append_equal(filter.get(), "files_id", file_.id);
  detail::Bson options;
  detail::append_projection(options.get(), "_id");

  const auto client = bucket_->client().acquire(doing, nullptr, detail::Urgency::cleanup);
  constexpr std::size_t ids_at_once = 1000;
  std::vector<bson_oid_t> ours;
  const auto remove = [&] {
    detail::delete_chunks_by_id(*bucket_, doing, client, ours);
    ours.clear();
  };
  const auto collect = [&](const bson_t* found) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, found, "_id") || !BSON_ITER_HOLDS_OID(&iter)) return;
    if (!chunk_ids_.is_ours(*bson_iter_oid(&iter))) return;
    ours.push_back(*bson_iter_oid(&iter));
    if (ours.size() == ids_at_once) remove();
  };
  detail::for_each_on_primary(*bucket_, bucket_->chunks(client, detail::Reader::library), doing, filter.get(),
                              options.get(), collect, detail::Urgency::cleanup);
  remove();
}

}  // namespace gridfs
