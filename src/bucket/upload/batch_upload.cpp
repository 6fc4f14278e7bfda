#include "gridfs/batch_upload.hpp"

#include "bucket/files/names.hpp"
#include "bucket/files/upload_date.hpp"
#include "bucket/upload/batch_upload_impl.hpp"

namespace gridfs {

BatchUpload::Impl::Impl(Bucket bucket, std::shared_ptr<const Bucket::Impl> impl, Callback callback)
    : bucket_(std::move(bucket)),
      impl_(std::move(impl)),
      callback_(std::move(callback)),
      plan_(detail::plan_file_batches(impl_->options().parallelism, impl_->options().memory_bytes)),
      filling_(new_batch()),
      workers_(plan_.in_flight) {}

void BatchUpload::Impl::add(std::string_view filename, std::span<const std::byte> bytes, const UploadOptions& options,
                            const std::optional<Value>& id) {
  // Whether the file before it of the same id was stored decides about this one.
  if (id && undecided_ids_.contains(*id)) flush();
  if (id) undecided_ids_.insert(*id);
  detail::NewFile file{.id = id ? *id : Value::new_object_id(),
                       .length = static_cast<std::int64_t>(bytes.size()),
                       .chunk_size = options.chunk_size_bytes.value_or(impl_->options().chunk_size_bytes),
                       .upload_date = {},
                       .filename = std::string(filename),
                       .metadata = options.metadata};
  try {
    detail::check_filename(filename);
    detail::check_chunk_size(file.chunk_size);
  } catch (const ConfigurationError&) {
    BatchOutcome outcome{next_number_++, file.id, file.filename, std::nullopt, std::current_exception(), std::nullopt};
    filling_->add_outcome(std::move(outcome));
    return deliver();
  }
  // Here, since batches may overtake one another.
  file.upload_date =
      options.upload_date ? *options.upload_date : detail::next_upload_date(file.filename, options.after);
  add_file(std::move(file), id.has_value(), bytes);
  deliver();
}

void BatchUpload::Impl::add_file(detail::NewFile file, bool id_given, std::span<const std::byte> bytes) {
  // In a batch a chunk may be stored though the one before it is refused. Behind another file's chunks it must not be.
  const bool one_chunk = file.length <= file.chunk_size;
  if ((id_given && !one_chunk) || !detail::FileBatch::can_hold(plan_, file)) return store_alone(file, id_given, bytes);
  if (!filling_->has_room(file)) submit();
  filling_->add(next_number_++, std::move(file), id_given, bytes, chunk_ids_);
}

void BatchUpload::Impl::store_alone(const detail::NewFile& file, bool id_given, std::span<const std::byte> bytes) {
  submit();
  workers_.wait();  // for their memory
  BatchOutcome outcome;
  outcome.number = next_number_++;
  outcome.id = file.id;
  outcome.filename = file.filename;
  UploadOptions options;
  options.upload_date = file.upload_date;
  options.chunk_size_bytes = file.chunk_size;
  options.metadata = file.metadata;
  std::optional<UploadStream> upload;
  try {
    upload.emplace(id_given ? bucket_.open_upload_stream_with_id(file.id, file.filename, options)
                            : bucket_.open_upload_stream(file.filename, options));
    outcome.id = upload->id();
    upload->write(bytes);
    outcome.file = upload->close();
  } catch (const std::exception&) {
    outcome.error = std::current_exception();
    if (upload) outcome.leftover = upload->leftover();
  }
  filling_->add_outcome(std::move(outcome));
}

void BatchUpload::Impl::flush() {
  submit();
  deliver_all();
}

void BatchUpload::Impl::submit() {
  if (filling_->empty()) return;
  submitted_.push_back(std::exchange(filling_, new_batch()));
  workers_.run([batch = submitted_.back()] { batch->store(); });
}

void BatchUpload::Impl::deliver() {
  // What is done waits for what was added before it, but not more and more of it.
  const std::size_t most = 2 * plan_.in_flight;
  while (!submitted_.empty() && (submitted_.front()->done() || submitted_.size() > most)) {
    detail::FileBatch& batch = *submitted_.front();
    workers_.wait_until([&] { return batch.done(); });
    while (auto outcome = batch.take_outcome()) {
      undecided_ids_.erase(outcome->id);
      callback_(*outcome);
    }
    submitted_.pop_front();
  }
}

void BatchUpload::Impl::deliver_all() {
  while (!submitted_.empty()) {
    workers_.wait_until([this] { return submitted_.front()->done(); });
    deliver();
  }
}

BatchUpload::BatchUpload(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BatchUpload::BatchUpload(BatchUpload&&) noexcept = default;
BatchUpload& BatchUpload::operator=(BatchUpload&&) noexcept = default;
BatchUpload::~BatchUpload() = default;

void BatchUpload::add(std::string_view filename, std::span<const std::byte> bytes, const UploadOptions& options,
                      const std::optional<Value>& id) {
  impl_->add(filename, bytes, options, id);
}

void BatchUpload::flush() { impl_->flush(); }

}  // namespace gridfs
