/// A collection, past the bucket module: what the tests tamper with and look at.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mongoc/mongoc.h>

#include "gridfs/document.hpp"

namespace gridfs::test {

/// Documents, filters and updates are Extended JSON. Every function throws std::runtime_error on a failure.
class RawCollection {
 public:
  RawCollection(const std::string& database, const std::string& collection);

  void insert(const Document& document);
  void insert(std::string_view json) { insert(Document::from_json(json)); }

  /// Changes the one document that the filter matches.
  void update(std::string_view filter, std::string_view update);

  /// @return  how many were removed
  std::int64_t remove(std::string_view filter);

  /// In the order of `sort`, which may be empty.
  std::vector<Document> find(std::string_view filter = "{}", std::string_view sort = "{}");
  std::int64_t count(std::string_view filter = "{}") { return static_cast<std::int64_t>(find(filter).size()); }

  /// The one document that the filter matches.
  Document find_one(std::string_view filter = "{}");

  /// The indexes but that of `_id`, as the server describes them.
  std::vector<Document> indexes();
  void create_index(const Document& keys, std::string_view name, bool unique);

  /// Makes the collection, empty.
  void create();

 private:
  template <auto Destroy>
  struct Destroyer {
    template <typename T>
    void operator()(T* handle) const noexcept {
      Destroy(handle);
    }
  };
  std::string database_;
  std::unique_ptr<mongoc_client_t, Destroyer<mongoc_client_destroy>> client_;
  std::unique_ptr<mongoc_collection_t, Destroyer<mongoc_collection_destroy>> collection_;
};

}  // namespace gridfs::test
