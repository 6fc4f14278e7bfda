#include "gridfs/revisions.hpp"

#include <utility>

#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs {

namespace {

FindOptions exact(FindOptions options, Document sort) {
  if (options.sort || options.skip != 0 || options.limit != 0 || options.collation) {
    throw ConfigurationError("files by name have an order of their own, and are neither skipped nor limited");
  }
  options.sort = std::move(sort);
  options.exact_text = true;
  return options;
}

// Whether only their ids order them.
bool are_tied(const FileInfo& one, const FileInfo& other) {
  const auto date = one.upload_date();
  return date && date == other.upload_date() && one.filename() && one.filename() == other.filename();
}

}  // namespace

Document revision_order(std::int32_t direction) {
  return detail::document("uploadDate", Value(direction)).append("_id", Value(direction));
}

Document name_order(std::int32_t direction) {
  return detail::document("filename", Value(direction)).append("uploadDate", Value(direction));
}

FilesByName::FilesByName(Bucket bucket, Document filter, FindOptions options, std::int32_t direction)
    : bucket_(std::move(bucket)),
      filter_(std::move(filter)),
      options_(std::move(options)),
      direction_(direction),
      by_date_(bucket_.find(filter_, exact(options_, name_order(direction_)))) {}

std::optional<FileInfo> FilesByName::next() {
  if (by_id_) {
    if (auto file = by_id_->next()) return file;
    by_id_.reset();
  }
  auto file = next_by_date();
  if (!file || !ahead_ || !are_tied(*file, *ahead_)) return file;
  order_by_id(*file);
  return next();
}

std::optional<FileInfo> FilesByName::next_by_date() {
  if (!std::exchange(started_, true)) ahead_ = by_date_.next();
  auto file = std::exchange(ahead_, std::nullopt);
  if (file) ahead_ = by_date_.next();
  return file;
}

// Asks for the files that are tied with this one in their order, in place of those that are left of them.
void FilesByName::order_by_id(const FileInfo& first) {
  Document tied;
  tied.append("filename", Value(first.filename().value())).append("uploadDate", Value(first.upload_date().value()));
  const Document both = detail::document("$and", Value::array({Value(filter_), Value(tied)}));
  by_id_ = bucket_.find(both, exact(options_, detail::document("_id", Value(direction_))));
  while (ahead_ && are_tied(first, *ahead_)) ahead_ = by_date_.next();
}

}  // namespace gridfs
