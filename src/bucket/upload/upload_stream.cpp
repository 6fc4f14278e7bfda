#include "gridfs/upload_stream.hpp"

#include "bucket/upload/upload_impl.hpp"

namespace gridfs {

UploadStream::UploadStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UploadStream::UploadStream(UploadStream&&) noexcept = default;

UploadStream& UploadStream::operator=(UploadStream&& other) noexcept {
  if (this != &other) {
    if (impl_) impl_->abort_after_failure();
    impl_ = std::move(other.impl_);
  }
  return *this;
}

UploadStream::~UploadStream() {
  if (impl_) impl_->abort_after_failure();
}

void UploadStream::write(std::span<const std::byte> bytes) {
  try {
    impl_->write(bytes);
  } catch (...) {
    impl_->abort_after_failure();
    throw;
  }
}

FileInfo UploadStream::close() {
  if (impl_->closed() && !impl_->stored()) throw StreamError(impl_->description() + ": the upload was aborted");
  try {
    impl_->close();
  } catch (...) {
    impl_->abort_after_failure();
    throw;
  }
  return file();
}

void UploadStream::abort() { impl_->abort(); }

bool UploadStream::closed() const noexcept { return impl_->closed(); }

const std::optional<Leftover>& UploadStream::leftover() const noexcept { return impl_->leftover(); }

const Value& UploadStream::id() const noexcept { return impl_->file().id; }

const std::string& UploadStream::filename() const noexcept { return impl_->file().filename; }

std::int32_t UploadStream::chunk_size() const noexcept { return impl_->file().chunk_size; }

std::int64_t UploadStream::length() const noexcept { return impl_->file().length; }

void UploadStream::set_metadata(std::optional<Document> metadata) { impl_->set_metadata(std::move(metadata)); }

const std::optional<Document>& UploadStream::metadata() const noexcept { return impl_->file().metadata; }

std::optional<std::string> UploadStream::content_type() const {
  if (!metadata()) return std::nullopt;
  const auto type = metadata()->find("contentType");
  return type ? type->as_string() : std::nullopt;
}

std::optional<DateTime> UploadStream::upload_date() const noexcept {
  if (!impl_->stored()) return std::nullopt;
  return impl_->file().upload_date;
}

FileInfo UploadStream::file() const {
  if (!impl_->stored()) throw StreamError(impl_->description() + ": there is no files document before close()");
  return FileInfo(*impl_->stored());
}

}  // namespace gridfs
