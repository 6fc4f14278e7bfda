#include "gridfs/file_cursor.hpp"

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/client/cursor.hpp"
#include "bucket/files/cursor_impl.hpp"

namespace gridfs {

namespace {

constexpr const char* doing = "listing files";

void check_options(const FindOptions& options) {
  if (options.skip < 0) throw ConfigurationError("the number of files to skip must not be negative");
  if (options.collation && options.exact_text)
    throw ConfigurationError("a collation and exact text exclude each other");
  if (options.limit < 0) throw ConfigurationError("the limit must not be negative");
  if (options.batch_size && *options.batch_size < 1) throw ConfigurationError("the batch size must be at least 1");
  if (options.max_time && options.max_time->count() < 1) {
    throw ConfigurationError("the time limit of a query must be at least 1 ms");
  }
}

void append_hint(bson_t* options, const FindOptions& find) {
  if (const auto* keys = std::get_if<Document>(&find.hint)) detail::append(options, "hint", *keys);
  if (const auto* name = std::get_if<std::string>(&find.hint)) detail::append(options, "hint", std::string_view(*name));
}

void append_common(bson_t* options, const FindOptions& find, bool exact_text) {
  if (find.comment) detail::append(options, "comment", std::string_view(*find.comment));
  if (find.collation) detail::append(options, "collation", *find.collation);
  if (exact_text) detail::append_simple_collation(options);
  if (find.max_time) detail::append(options, "maxTimeMS", static_cast<std::int64_t>(find.max_time->count()));
}

}  // namespace

FileCursor::Impl::Impl(std::shared_ptr<const Bucket::Impl> bucket, Document filter, FindOptions options)
    : bucket_(std::move(bucket)), filter_(std::move(filter)), options_(std::move(options)) {
  check_options(options_);
}

void FileCursor::Impl::append_find_options(bson_t* options, bool exact_text) const {
  if (options_.sort) detail::append(options, "sort", *options_.sort);
  if (options_.projection) detail::append(options, "projection", *options_.projection);
  if (options_.skip > 0) detail::append(options, "skip", options_.skip);
  if (options_.limit > 0) detail::append(options, "limit", options_.limit);
  if (options_.allow_disk_use) detail::append(options, "allowDiskUse", *options_.allow_disk_use);
  append_hint(options, options_);
  append_common(options, options_, exact_text);
}

void FileCursor::Impl::open(bool exact_text) {
  detail::Bson options;
  append_find_options(options.get(), exact_text);
  if (options_.batch_size) detail::append(options.get(), "batchSize", *options_.batch_size);
  if (options_.no_cursor_timeout) detail::append(options.get(), "noCursorTimeout", true);

  auto client = bucket_->client().acquire(doing, bucket_->prefs());
  auto files = bucket_->files(client);
  detail::CursorHandle cursor(
      mongoc_collection_find_with_opts(files.get(), detail::BsonView(filter_), options.get(), bucket_->prefs()));
  cursor_.emplace(detail::ClientCursor{std::move(client), std::move(files), std::move(cursor)});
}

std::optional<FileInfo> FileCursor::Impl::next() {
  if (ended_) return std::nullopt;
  // A query that has not given anything yet can be sent again; a listing that was broken off cannot be continued
  // without files that are missing or named twice.
  auto file = retrieved_ == 0 ? fetch_first() : fetch_next();
  if (file) {
    ++retrieved_;
  } else {
    ended_ = true;
    cursor_.reset();
  }
  return file;
}

std::optional<FileInfo> FileCursor::Impl::fetch_first() {
  const auto try_often = [&](bool exact_text) {
    return bucket_->client().with_retries(doing, [&](int /*attempt*/) { return fetch(exact_text); });
  };
  return options_.exact_text ? bucket_->with_exact_text(try_often) : try_often(false);
}

std::optional<FileInfo> FileCursor::Impl::fetch_next() {
  bucket_->client().check(doing);
  try {
    return fetch(false);
  } catch (const Error&) {
    ended_ = true;
    throw;
  }
}

std::optional<FileInfo> FileCursor::Impl::fetch(bool exact_text) {
  try {
    if (!cursor_) open(exact_text);
    const bson_t* found = detail::next_document(*bucket_, cursor_->cursor.get(), doing);
    return found == nullptr ? std::nullopt : std::optional(FileInfo(detail::to_document(found)));
  } catch (...) {
    cursor_.reset();
    throw;
  }
}

void FileCursor::Impl::rewind() {
  cursor_.reset();
  ended_ = false;
  retrieved_ = 0;
}

std::unique_ptr<FileCursor::Impl> FileCursor::Impl::clone() const {
  return std::make_unique<Impl>(bucket_, filter_, options_);
}

Document FileCursor::Impl::run(const char* what, const std::function<void(bson_t*, bool)>& append_command) const {
  const auto run = [&](bool exact_text) {
    detail::Bson command;
    append_command(command.get(), exact_text);
    return bucket_->client().with_retries(what, [&](int /*attempt*/) {
      const auto client = bucket_->client().acquire(what, bucket_->prefs());
      bson_error_t error{};
      detail::Reply reply;
      if (!mongoc_client_read_command_with_opts(client.get(), bucket_->database().c_str(), command.get(),
                                                bucket_->prefs(), nullptr, reply.get(), &error)) {
        detail::throw_driver_error(what, error, reply.get());
      }
      return detail::to_document(reply.get());
    });
  };
  return options_.exact_text ? bucket_->with_exact_text(run) : run(false);
}

Document FileCursor::Impl::explain() const {
  return run("explaining a listing", [&](bson_t* command, bool exact_text) {
    bson_t find;
    bson_append_document_begin(command, "explain", -1, &find);
    detail::append(&find, "find", std::string_view(bucket_->files_name()));
    detail::append(&find, "filter", filter_);
    append_find_options(&find, exact_text);
    bson_append_document_end(command, &find);
  });
}

std::vector<Value> FileCursor::Impl::distinct(const std::string& key) const {
  const Document reply = run("listing distinct values", [&](bson_t* command, bool exact_text) {
    detail::append(command, "distinct", std::string_view(bucket_->files_name()));
    detail::append(command, "key", std::string_view(key));
    detail::append(command, "query", filter_);
    append_common(command, options_, exact_text);  // no hint: only the newest servers take one here
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

void FileCursor::rewind() { impl_->rewind(); }
FileCursor FileCursor::clone() const { return FileCursor(impl_->clone()); }
Document FileCursor::explain() const { return impl_->explain(); }
std::vector<Value> FileCursor::distinct(const std::string& key) const { return impl_->distinct(key); }
bool FileCursor::alive() const noexcept { return impl_->alive(); }
std::int64_t FileCursor::retrieved() const noexcept { return impl_->retrieved(); }

}  // namespace gridfs
