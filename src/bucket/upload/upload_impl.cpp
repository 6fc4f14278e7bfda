#include "bucket/upload/upload_impl.hpp"

#include <limits>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_layout.hpp"
#include "bucket/chunks/stored_chunks.hpp"
#include "bucket/client/driver_log.hpp"
#include "bucket/files/names.hpp"
#include "bucket/files/upload_date.hpp"
#include "bucket/upload/ids_in_use.hpp"

namespace gridfs {

namespace {

std::int32_t checked_chunk_size(std::int32_t size) {
  detail::check_chunk_size(size);
  return size;
}

// So that it is known before the chunks are stored.
void check_document_size(const std::string& description, const detail::NewFile& file) {
  constexpr std::size_t most = std::size_t{16} << 20;  // of a server
  if (detail::make_files_document(file).bytes().size() > most) {
    throw ConfigurationError(description + ": with its metadata the files document is larger than 16 MiB");
  }
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
      upload_date_(options.upload_date),
      id_is_new_(!id),
      operation_(*bucket_, "storing " + detail::describe(filename)),
      writer_(operation_,
              detail::plan_upload(file_.chunk_size, bucket_->options().parallelism, bucket_->options().memory_bytes,
                                  bucket_->client().compresses()),
              id ? detail::FilesId::given : detail::FilesId::fresh),
      batch_(writer_.new_batch()) {
  detail::check_filename(filename);
  check_document_size(description(), file_);
  if (id) {
    const auto reason = detail::ids_in_use(operation_, std::span(&*id, 1)).front();
    if (reason) throw FileExists(description() + ": " + *reason);
  }
}

void UploadStream::Impl::write(std::span<const std::byte> bytes) {
  if (closed_) throw StreamError(description() + ": the stream is closed");
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
  bucket_->ensure_indexes(operation_);
  announce();
  writer_.finish(std::exchange(batch_, detail::ChunkBatch(0)));
  file_.upload_date = upload_date_ ? *upload_date_ : detail::next_upload_date(file_.filename, after_);
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
    leftover_ = unfinished_->leave(inserted_ ? Leftover::Kind::file_or_chunks : Leftover::Kind::chunks, error.what());
    throw;
  }
}

void UploadStream::Impl::set_metadata(std::optional<Document> metadata) {
  if (closed_) throw StreamError(description() + ": the stream is closed");
  detail::NewFile changed = file_;
  changed.metadata = std::move(metadata);
  check_document_size(description(), changed);
  file_ = std::move(changed);
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
  unfinished_ = bucket_->client().begin_write(description(), {Leftover::Kind::chunks, file_.id, file_.filename, {}});
  writer_.count_for(*unfinished_);
}

void UploadStream::Impl::insert_files_document(const Document& document) {
  unfinished_->set(Leftover::Kind::file_or_chunks);
  const std::span one(&document, 1);
  const auto views = detail::views_of(one);
  const auto absent = [&](const detail::Attempt& attempt) { return detail::absent_files_documents(attempt, one); };
  const detail::Insert files{detail::Collection::files, detail::Insert::Order::any, views, absent};
  try {
    const auto refusal = detail::insert(operation_, files, applied_).front();
    if (refusal) detail::throw_refusal(description(), *refusal, detail::shown_id(file_.id));
  } catch (const FileExists&) {
    unfinished_->set(Leftover::Kind::chunks);
    throw;  // what is there is another's, and must not be removed
  } catch (const Error&) {
    if (applied_ == detail::Applied::unknown) {
      try {
        const detail::Operation last(*bucket_, description(), detail::Urgency::cleanup);
        const auto look = [&](const detail::Attempt& attempt) { return detail::absent_documents(attempt, files); };
        if (last.run(look).empty()) return;
      } catch (const Error& error) {
        detail::log(LogLevel::debug, error.what());
      }
    } else {
      if (applied_ == detail::Applied::yes) inserted_ = document;
      unfinished_->set(Leftover::Kind::chunks);
    }
    throw;
  }
}

// Whoever removes orphaned chunks, or the `_id`, before the files document comes, finds chunks without a file. Whoever
// comes later removes the file as a whole.
void UploadStream::Impl::check_own_chunks() const {
  if (next_chunk_ == 0) return;
  const bool damaged = operation_.run([&](const detail::Attempt& attempt) {
    if (stored_chunks(attempt) >= next_chunk_) return false;
    return detail::absent_files_documents(attempt, std::span(&*inserted_, 1)).empty();
  });
  if (damaged) throw Error(description() + ": removed by another program while it was being stored");
}

std::int64_t UploadStream::Impl::stored_chunks(const detail::Attempt& attempt) const {
  // Those of a given `_id` may be another upload's, which has begun with the first: this one's tells whose they are.
  if (!id_is_new_) {
    detail::Bson first;
    bson_t condition;
    bson_append_document_begin(first.get(), "_id", -1, &condition);
    bson_append_oid(&condition, "$eq", -1, &first_chunk_id_);
    bson_append_document_end(first.get(), &condition);
    if (!attempt.has_any(detail::Collection::chunks, first.get())) return 0;
  }
  return detail::count_chunks(attempt, detail::Equal("files_id", file_.id));
}

void UploadStream::Impl::begin_chunk() {
  // A full batch goes when there is more to come, so that the last one is stored by finish().
  if (batch_.size() >= writer_.chunks_per_batch()) {
    bucket_->ensure_indexes(operation_);
    // It grows on if the server has turned out to be far away.
    if (batch_.size() >= writer_.chunks_per_batch()) {
      announce();
      writer_.submit(std::move(batch_));
      batch_ = writer_.new_batch();
    }
  }
  if (next_chunk_ > std::numeric_limits<std::int32_t>::max()) {
    throw ConfigurationError(description() + ": more than 2^31 chunks: choose a larger chunk size");
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
  const detail::Operation cleanup(
      *bucket_,
      "cleaning up the partial upload of " + detail::describe(file_.filename) + " (" + detail::describe(file_.id) + ")",
      detail::Urgency::cleanup);
  // The files document first: without it what is left are orphans, with it a damaged file.
  if (inserted_) detail::remove_files_documents(cleanup, std::span(&*inserted_, 1));
  if (!writer_.stored()) return;
  if (id_is_new_) {
    cleanup.remove(detail::Collection::chunks, detail::Equal("files_id", file_.id));
  } else {
    cleanup.run([&](const detail::Attempt& attempt) { delete_own_chunks(attempt); });
  }
  if (writer_.answer_lost()) {
    leftover_ =
        unfinished_->leave(Leftover::Kind::chunks, "the server did not answer, and may still store what it was sent");
  }
}

void UploadStream::Impl::delete_own_chunks(const detail::Attempt& attempt) const {
  detail::Bson options;
  detail::append_projection(options.get(), "_id");
  constexpr std::size_t ids_at_once = 1000;
  std::vector<bson_oid_t> ours;
  const auto collect = [&](const bson_t* found) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, found, "_id") || !BSON_ITER_HOLDS_OID(&iter)) return;
    if (!chunk_ids_.is_ours(*bson_iter_oid(&iter))) return;
    ours.push_back(*bson_iter_oid(&iter));
    if (ours.size() < ids_at_once) return;
    detail::delete_chunks_by_id(attempt, ours);
    ours.clear();
  };
  attempt.find(detail::Collection::chunks, detail::Equal("files_id", file_.id), options.get(), collect);
  detail::delete_chunks_by_id(attempt, ours);
}

}  // namespace gridfs
