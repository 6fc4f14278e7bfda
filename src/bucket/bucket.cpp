#include "gridfs/bucket.hpp"

#include <istream>
#include <limits>
#include <ostream>
#include <vector>

#include "gridfs/revisions.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/client/driver_log.hpp"
#include "bucket/download/download_impl.hpp"
#include "bucket/files/cursor_impl.hpp"
#include "bucket/operation.hpp"
#include "bucket/upload/batch_upload_impl.hpp"
#include "bucket/upload/upload_impl.hpp"

namespace gridfs {

namespace {

// Does something with a stream that may be asked to throw when it fails or ends: its state tells that as well.
template <typename Step>
void ignore_failure(Step step) {
  try {
    step();
  } catch (const std::ios_base::failure&) {
  }
}

void copy(std::istream& source, UploadStream& upload) {
  constexpr std::size_t buffer_size = 1 << 20;
  std::vector<char> buffer(buffer_size);
  while (source) {
    ignore_failure([&] { source.read(buffer.data(), static_cast<std::streamsize>(buffer.size())); });
    upload.write(std::string_view(buffer.data(), static_cast<std::size_t>(source.gcount())));
  }
  if (!source.bad() && source.eof()) {
    upload.close();
    return;
  }
  try {
    upload.abort();
  } catch (const Error& error) {
    detail::log(LogLevel::warning, error.what());
  }
  throw StreamError("storing " + detail::describe(upload.filename()) + ": its source could not be read");
}

void copy(std::string_view content, UploadStream& upload) {
  upload.write(content);
  upload.close();
}

void copy(DownloadStream& download, std::ostream& destination) {
  while (destination) {
    const auto chunk = download.read_chunk();
    if (chunk.empty()) break;
    const auto size = static_cast<std::streamsize>(chunk.size());
    ignore_failure([&] { destination.write(reinterpret_cast<const char*>(chunk.data()), size); });
  }
  ignore_failure([&] { destination.flush(); });
  if (!destination) {
    throw StreamError("reading " + detail::describe(download.id()) + ": its destination could not be written");
  }
}

struct RevisionQuery {
  Document sort;
  std::int64_t skip;
  std::int64_t limit;
};

std::vector<FileInfo> find_revisions(const Bucket::Impl& bucket, std::string_view filename,
                                     const RevisionQuery& query) {
  const detail::Operation operation(bucket, "looking up " + detail::describe(filename));
  detail::Bson filter;
  detail::append(filter.get(), "filename", filename);
  detail::Bson options;
  detail::append(options.get(), "sort", query.sort);
  if (query.skip > 0) detail::append(options.get(), "skip", query.skip);
  detail::append(options.get(), "limit", query.limit);
  const auto find = [&](const detail::Attempt& attempt) {
    std::vector<FileInfo> found;
    attempt.find(detail::Collection::files, filter.get(), options.get(),
                 [&](const bson_t* file) { found.emplace_back(detail::to_document(file)); });
    return found;
  };
  return operation.run_exact(find, detail::Reader::caller);
}

}  // namespace

Bucket::Bucket(Client& client, std::string_view database, BucketOptions options)
    : impl_(std::make_shared<Impl>(client, database, std::move(options))) {}

UploadStream Bucket::open_upload_stream(std::string_view filename, const UploadOptions& options) const {
  return UploadStream(std::make_unique<UploadStream::Impl>(impl_, std::nullopt, filename, options));
}

UploadStream Bucket::open_upload_stream_with_id(const Value& id, std::string_view filename,
                                                const UploadOptions& options) const {
  return UploadStream(std::make_unique<UploadStream::Impl>(impl_, id, filename, options));
}

Value Bucket::upload_from_stream(std::string_view filename, std::istream& source, const UploadOptions& options) const {
  UploadStream upload = open_upload_stream(filename, options);
  copy(source, upload);
  return upload.id();
}

Value Bucket::upload_from_stream(std::string_view filename, std::string_view content,
                                 const UploadOptions& options) const {
  UploadStream upload = open_upload_stream(filename, options);
  copy(content, upload);
  return upload.id();
}

void Bucket::upload_from_stream_with_id(const Value& id, std::string_view filename, std::istream& source,
                                        const UploadOptions& options) const {
  UploadStream upload = open_upload_stream_with_id(id, filename, options);
  copy(source, upload);
}

void Bucket::upload_from_stream_with_id(const Value& id, std::string_view filename, std::string_view content,
                                        const UploadOptions& options) const {
  UploadStream upload = open_upload_stream_with_id(id, filename, options);
  copy(content, upload);
}

BatchUpload Bucket::open_batch_upload(BatchUpload::Callback callback) const {
  return BatchUpload(std::make_unique<BatchUpload::Impl>(*this, impl_, std::move(callback)));
}

DownloadStream Bucket::open_download_stream(const Value& id) const { return open_download_stream(find_by_id(id)); }

DownloadStream Bucket::open_download_stream_by_name(std::string_view filename, std::int32_t revision) const {
  return open_download_stream(find_by_name(filename, revision));
}

DownloadStream Bucket::open_download_stream(const FileInfo& file) const {
  return DownloadStream(std::make_unique<DownloadStream::Impl>(impl_, file));
}

void Bucket::download_to_stream(const Value& id, std::ostream& destination) const {
  DownloadStream download = open_download_stream(id);
  copy(download, destination);
}

void Bucket::download_to_stream_by_name(std::string_view filename, std::ostream& destination,
                                        std::int32_t revision) const {
  DownloadStream download = open_download_stream_by_name(filename, revision);
  copy(download, destination);
}

FileCursor Bucket::find(const Document& filter, const FindOptions& options) const {
  return FileCursor(std::make_unique<FileCursor::Impl>(impl_, filter, options));
}

FileInfo Bucket::find_by_id(const Value& id) const {
  const detail::Operation operation(*impl_, "looking up " + detail::describe(id));
  auto found = operation.find_one(detail::Collection::files, detail::Equal("_id", id), nullptr, detail::Reader::caller);
  if (found && detail::is_same_id(id, found->find("_id").value_or(id))) return FileInfo(*std::move(found));
  throw FileNotFound(detail::describe(id) + ": no such file");
}

FileInfo Bucket::find_by_name(std::string_view filename, std::int32_t revision) const {
  const std::int32_t direction = revision < 0 ? -1 : 1;
  const std::int64_t skip = revision < 0 ? -(std::int64_t{revision} + 1) : revision;
  // In the order that the index has; with its neighbours, which show whether the date alone tells which one it is.
  const std::int64_t before = skip > 0 ? 1 : 0;
  const Document by_date = detail::document("uploadDate", Value(direction));
  const auto found = find_revisions(*impl_, filename, {by_date, skip - before, before + 2});
  if (const auto at = static_cast<std::size_t>(before); at < found.size()) {
    const auto has_date_of = [&](std::size_t other) {
      return found[other].document().find("uploadDate") == found[at].document().find("uploadDate");
    };
    const bool is_tied = (at > 0 && has_date_of(at - 1)) || (at + 1 < found.size() && has_date_of(at + 1));
    if (!is_tied) return found[at];
    const auto in_order = find_revisions(*impl_, filename, {revision_order(direction), skip, 1});
    if (!in_order.empty()) return in_order.front();
  }
  if (skip > 0 && (!found.empty() || !find_revisions(*impl_, filename, {by_date, 0, 1}).empty())) {
    throw RevisionNotFound(detail::describe(filename) + ": no revision " + std::to_string(revision));
  }
  throw FileNotFound(detail::describe(filename) + ": no such file");
}

const std::string& Bucket::name() const noexcept { return impl_->options().name; }

std::int32_t Bucket::chunk_size_bytes() const noexcept { return impl_->options().chunk_size_bytes; }

}  // namespace gridfs
