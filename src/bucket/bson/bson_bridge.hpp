/// Between Document and Value on one side and libbson on the other.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gridfs/document.hpp"

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

/// A bson_t over the bytes of a document, which must outlive it.
class BsonView {
 public:
  explicit BsonView(const Document& document);
  operator const bson_t*() const noexcept { return &bson_; }  // NOLINT(google-explicit-constructor)

 private:
  bson_t bson_;
};

/// The same of several, as libmongoc's inserts take them.
std::vector<BsonRef> views_of(std::span<const Document> documents);

Document to_document(const bson_t* bson);
Value to_value(const bson_iter_t& iter);

/// @throws ConfigurationError  the document would exceed BSON's limit
void append(bson_t* bson, std::string_view key, const Value& value);
void append(bson_t* bson, std::string_view key, const Document& value);
void append(bson_t* bson, std::string_view key, std::string_view value);
void append(bson_t* bson, std::string_view key, std::int32_t value);
void append(bson_t* bson, std::string_view key, std::int64_t value);
void append(bson_t* bson, std::string_view key, bool value);
void append(bson_t* bson, std::string_view key, DateTime value);

/// `{key: value}`
Document document(std::string_view key, const Value& value);

/// `{key: {$eq: id}}`, so that an id which looks like a query matches itself alone
/// (GridFS specification, "TFileId Queries").
void append_equal(bson_t* filter, const char* key, const Value& id);

/// The same as a filter of its own.
class Equal {
 public:
  Equal(const char* key, const Value& id) { append_equal(bson_.get(), key, id); }
  operator const bson_t*() const noexcept { return bson_.get(); }  // NOLINT(google-explicit-constructor)

 private:
  Bson bson_;
};

/// `{key: {$in: [ids]}}`
void append_in(bson_t* filter, const char* key, std::span<const bson_oid_t> ids);

/// `{key: {$eq: id}}`, or `{key: {$in: [ids]}}` for ids that all fit there (Value::fits_in_list()). Where the files of
/// chunks are all known by ObjectIds, their bounds are said as well: a server that looks at every chunk of the
/// collection then compares few of them with all the ids.
void append_any_of(bson_t* filter, const char* key, std::span<const Value> ids);

/// Calls `step(filter, ids)` with one filter for those of the ids that fit in `$in`, and one for each of the others.
void for_each_filter(const char* key, std::span<const Value> ids,
                     const std::function<void(const bson_t*, std::span<const Value>)>& step);

/// `{sort: {field: direction}}`, for the options of a find.
void append_sort(bson_t* options, const char* field, std::int32_t direction);

/// Whether there may be text in an `_id`. Then the collation of the collection may take others for the same.
bool holds_text(const Value& id) noexcept;

/// Whether an `_id` that the server has found for another is the same.
bool is_same_id(const Value& asked, const Value& found);

/// `{projection: {field: 1}}`, for the options of a find. `_id` comes with it.
void append_projection(bson_t* options, const char* field);

/// The integer in a field of a reply, 0 if there is none.
std::int64_t integer_field(const bson_t* bson, const char* key);

/// The value that an iterator is at, if it is of that type.
std::optional<std::string> text_at(const bson_iter_t& iter);
std::optional<bool> bool_at(const bson_iter_t& iter);
std::optional<DateTime> date_at(const bson_iter_t& iter);
std::optional<Document> document_at(const bson_iter_t& iter);
std::optional<std::vector<Value>> array_at(const bson_iter_t& iter);
/// An int32, an int64, or a double that is a whole number within int64.
std::optional<std::int64_t> whole_number(const bson_iter_t& iter);

/// What `read` makes of the first top-level field of that name; empty if there is none.
template <typename T>
std::optional<T> field(const Document& document, std::string_view key, std::optional<T> (*read)(const bson_iter_t&)) {
  const BsonView view(document);
  bson_iter_t iter;
  if (!bson_iter_init_find_w_len(&iter, view, key.data(), static_cast<int>(key.size()))) return std::nullopt;
  return read(iter);
}

}  // namespace gridfs::detail

namespace gridfs {

/// The document that holds a value, `{"": value}`.
class GRIDFS_NO_EXPORT Value::Holder {
 public:
  static const Document& of(const Value& value) noexcept;  // NOLINT(bugprone-exception-escape)
  /// The first field of a document, whatever its name is.
  static Value take(Document holder);
};

}  // namespace gridfs
