#include "support/raw_collection.hpp"

#include <stdexcept>

#include "support/test_server.hpp"

namespace gridfs::test {

namespace {

class View {
 public:
  explicit View(const Document& document) {
    const auto bytes = document.bytes();
    bson_init_static(&bson_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  explicit View(Document&&) = delete;
  operator const bson_t*() const noexcept { return &bson_; }  // NOLINT(google-explicit-constructor)

 private:
  bson_t bson_;
};

Document copy_of(const bson_t* bson) {
  return Document::from_bytes(std::as_bytes(std::span(bson_get_data(bson), bson->len)));
}

void require(bool done, const bson_error_t& error) {
  if (!done) throw std::runtime_error(error.message);
}

std::vector<Document> all_of(mongoc_cursor_t* cursor) {
  std::vector<Document> documents;
  const bson_t* found = nullptr;
  while (mongoc_cursor_next(cursor, &found)) documents.push_back(copy_of(found));
  bson_error_t error{};
  const bool failed = mongoc_cursor_error(cursor, &error);
  mongoc_cursor_destroy(cursor);
  require(!failed, error);
  return documents;
}

}  // namespace

RawCollection::RawCollection(const std::string& database, const std::string& collection)
    : database_(database),
      client_(mongoc_client_new(server_uri().c_str())),
      collection_(mongoc_client_get_collection(client_.get(), database.c_str(), collection.c_str())) {
  mongoc_client_set_error_api(client_.get(), MONGOC_ERROR_API_VERSION_2);
}

void RawCollection::insert(const Document& document) {
  bson_error_t error{};
  const Document unchecked = Document::from_json(R"({"validate": false})");
  require(mongoc_collection_insert_one(collection_.get(), View(document), View(unchecked), nullptr, &error), error);
}

void RawCollection::update(std::string_view filter, std::string_view update) {
  bson_error_t error{};
  bson_t reply;
  const Document selector = Document::from_json(filter);
  const Document change = Document::from_json(update);
  const bool done =
      mongoc_collection_update_one(collection_.get(), View(selector), View(change), nullptr, &reply, &error);
  const auto matched = copy_of(&reply).find("matchedCount");
  bson_destroy(&reply);
  require(done, error);
  if (!matched || matched->as_integer() != 1) throw std::runtime_error("nothing to update: " + std::string(filter));
}

std::int64_t RawCollection::remove(std::string_view filter) {
  bson_error_t error{};
  bson_t reply;
  const Document selector = Document::from_json(filter);
  const bool done = mongoc_collection_delete_many(collection_.get(), View(selector), nullptr, &reply, &error);
  const auto deleted = copy_of(&reply).find("deletedCount");
  bson_destroy(&reply);
  require(done, error);
  return deleted->as_integer().value();
}

std::vector<Document> RawCollection::find(std::string_view filter, std::string_view sort) {
  const Document selector = Document::from_json(filter);
  Document options;
  options.append("sort", Value(Document::from_json(sort)));
  return all_of(mongoc_collection_find_with_opts(collection_.get(), View(selector), View(options), nullptr));
}

Document RawCollection::find_one(std::string_view filter) {
  auto found = find(filter);
  if (found.size() != 1) {
    throw std::runtime_error(std::to_string(found.size()) + " documents match " + std::string(filter));
  }
  return std::move(found.front());
}

std::vector<Document> RawCollection::indexes() {
  std::vector<Document> result;
  for (auto& index : all_of(mongoc_collection_find_indexes_with_opts(collection_.get(), nullptr))) {
    if (index.find("name")->as_string() != "_id_") result.push_back(std::move(index));
  }
  return result;
}

void RawCollection::create_index(const Document& keys, std::string_view name, bool unique) {
  Document index;
  index.append("key", Value(keys)).append("name", Value(name));
  if (unique) index.append("unique", Value(true));
  bson_t built;
  bson_t indexes;
  bson_init(&built);
  bson_append_utf8(&built, "createIndexes", -1, mongoc_collection_get_name(collection_.get()), -1);
  bson_append_array_begin(&built, "indexes", -1, &indexes);
  bson_append_document(&indexes, "0", -1, View(index));
  bson_append_array_end(&built, &indexes);
  bson_error_t error{};
  const bool done = mongoc_collection_command_simple(collection_.get(), &built, nullptr, nullptr, &error);
  bson_destroy(&built);
  require(done, error);
}

void RawCollection::create() {
  bson_error_t error{};
  mongoc_database_t* database = mongoc_client_get_database(client_.get(), database_.c_str());
  mongoc_collection_t* made =
      mongoc_database_create_collection(database, mongoc_collection_get_name(collection_.get()), nullptr, &error);
  mongoc_database_destroy(database);
  if (made != nullptr) mongoc_collection_destroy(made);
  require(made != nullptr, error);
}

}  // namespace gridfs::test
