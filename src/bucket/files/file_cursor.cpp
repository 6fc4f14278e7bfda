#include "gridfs/file_cursor.hpp"

#include <limits>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/files/cursor_impl.hpp"

namespace gridfs {

namespace {

void check_options(const FindOptions& options) {
  if (options.skip < 0) throw ConfigurationError("the number of files to skip must not be negative");
  if (options.collation && options.exact_text)
    throw ConfigurationError("a collation and exact text exclude each other");
  if (options.limit < 0) throw ConfigurationError("the limit must not be negative");
  if (options.batch_size && *options.batch_size < 1) throw ConfigurationError("the batch size must be at least 1");
  constexpr auto longest = std::numeric_limits<std::int32_t>::max();  // that servers take
  if (options.max_time && (options.max_time->count() < 1 || options.max_time->count() > longest)) {
    throw ConfigurationError("the time limit of a query must be 1 to 2147483647 ms");
  }
}

void append_hint(bson_t* options, const FindOptions& find) {
  if (const auto* keys = std::get_if<Document>(&find.hint)) detail::append(options, "hint", *keys);
  if (const auto* name = std::get_if<std::string>(&find.hint)) detail::append(options, "hint", std::string_view(*name));
}

void append_common(bson_t* options, const FindOptions& find) {
  append_hint(options, find);
  if (find.comment) detail::append(options, "comment", std::string_view(*find.comment));
  if (find.collation) detail::append(options, "collation", *find.collation);
  if (find.max_time) detail::append(options, "maxTimeMS", static_cast<std::int64_t>(find.max_time->count()));
}

}  // namespace

FileCursor::Impl::Impl(std::shared_ptr<const Bucket::Impl> bucket, Document filter, FindOptions options)
    : bucket_(std::move(bucket)),
      operation_(*bucket_, "listing files"),
      filter_(std::move(filter)),
      options_(std::move(options)) {
  check_options(options_);
}

template <typename Step>
auto FileCursor::Impl::run(const detail::Operation& operation, Step step) const {
  return options_.exact_text ? operation.run_exact(step, detail::Reader::caller)
                             : operation.run(step, detail::Reader::caller);
}

void FileCursor::Impl::append_find_options(bson_t* options) const {
  if (options_.sort) detail::append(options, "sort", *options_.sort);
  if (options_.projection) detail::append(options, "projection", *options_.projection);
  if (options_.skip > 0) detail::append(options, "skip", options_.skip);
  if (options_.limit > 0) detail::append(options, "limit", options_.limit);
  if (options_.allow_disk_use) detail::append(options, "allowDiskUse", *options_.allow_disk_use);
  append_common(options, options_);
}

std::optional<FileInfo> FileCursor::Impl::next() {
  if (ended_) return std::nullopt;
  // A query that has not given anything yet can be sent again; a listing that was broken off cannot be continued
  // without files that are missing or named twice.
  auto file = retrieved_ == 0 ? fetch_first() : fetch_next();
  if (file) {
    ++retrieved_;
  } else {
    close();
  }
  return file;
}

std::optional<FileInfo> FileCursor::Impl::fetch_first() {
  detail::Bson options;
  append_find_options(options.get());
  if (options_.batch_size) detail::append(options.get(), "batchSize", *options_.batch_size);
  if (options_.no_cursor_timeout) detail::append(options.get(), "noCursorTimeout", true);
  return run(operation_, [&](detail::Attempt&& attempt) {
    cursor_.emplace(std::move(attempt).open(detail::Collection::files, detail::BsonView(filter_), options.get()));
    return fetch_next();
  });
}

std::optional<FileInfo> FileCursor::Impl::fetch_next() {
  try {
    operation_.check();
    const bson_t* found = operation_.next(cursor_->handle.get());
    return found == nullptr ? std::nullopt : std::optional(FileInfo(detail::to_document(found)));
  } catch (...) {
    cursor_.reset();
    ended_ = retrieved_ > 0;
    throw;
  }
}

void FileCursor::Impl::close() noexcept {
  cursor_.reset();
  ended_ = true;
}

void FileCursor::Impl::rewind() {
  cursor_.reset();
  ended_ = false;
  retrieved_ = 0;
}

std::unique_ptr<FileCursor::Impl> FileCursor::Impl::clone() const {
  return std::make_unique<Impl>(bucket_, filter_, options_);
}

Document FileCursor::Impl::explain() const {
  const detail::Operation operation(*bucket_, "explaining a listing");
  return run(operation, [&](const detail::Attempt& attempt) {
    detail::Bson command;
    bson_t find;
    bson_append_document_begin(command.get(), "explain", -1, &find);
    detail::append(&find, "find", std::string_view(bucket_->name_of(detail::Collection::files)));
    detail::append(&find, "filter", filter_);
    append_find_options(&find);
    attempt.append_collation(&find);
    bson_append_document_end(command.get(), &find);
    return attempt.read_command(detail::Collection::files, command.get());
  });
}

std::vector<Value> FileCursor::Impl::distinct(const std::string& key) const {
  const detail::Operation operation(*bucket_, "listing distinct values");
  const Document reply = run(operation, [&](const detail::Attempt& attempt) {
    detail::Bson command;
    detail::append(command.get(), "distinct", std::string_view(bucket_->name_of(detail::Collection::files)));
    detail::append(command.get(), "key", std::string_view(key));
    detail::append(command.get(), "query", filter_);
    append_common(command.get(), options_);
    attempt.append_collation(command.get());
    return attempt.read_command(detail::Collection::files, command.get());
  });
  const auto values = reply.find("values");
  return values ? values->as_array().value_or(std::vector<Value>{}) : std::vector<Value>{};
}

bool FileCursor::Impl::alive() const noexcept { return !ended_; }

FileCursor::FileCursor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FileCursor::FileCursor(FileCursor&&) noexcept = default;
FileCursor& FileCursor::operator=(FileCursor&&) noexcept = default;
FileCursor::~FileCursor() = default;

std::optional<FileInfo> FileCursor::next() { return impl_->next(); }

std::vector<FileInfo> FileCursor::to_list(std::optional<std::size_t> length) {
  std::vector<FileInfo> files;
  while (!length || files.size() < *length) {
    auto file = next();
    if (!file) break;
    files.push_back(*std::move(file));
  }
  return files;
}

void FileCursor::close() noexcept { impl_->close(); }
void FileCursor::rewind() { impl_->rewind(); }
FileCursor FileCursor::clone() const { return FileCursor(impl_->clone()); }
Document FileCursor::explain() const { return impl_->explain(); }
std::vector<Value> FileCursor::distinct(const std::string& key) const { return impl_->distinct(key); }
bool FileCursor::alive() const noexcept { return impl_->alive(); }
std::int64_t FileCursor::retrieved() const noexcept { return impl_->retrieved(); }

}  // namespace gridfs
