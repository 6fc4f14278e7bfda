/// One collection of the scripted server, in memory.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/scripted_server/query.hpp"

namespace gridfs::scripted {

/// A document's key is in a unique index already.
class DuplicateKey : public CommandError {
 public:
  static constexpr int duplicate_key = 11000;
  explicit DuplicateKey(const std::string& message) : CommandError(duplicate_key, message) {}
};

/// Not synchronised.
class Collection {
 public:
  struct Index {
    std::string name;
    Bson key;
    bool unique = false;
  };
  struct Changes {
    std::int64_t matched = 0;
    std::int64_t modified = 0;
  };

  explicit Collection(std::string name);

  /// @throws DuplicateKey
  void insert(const Bson& document);

  /// @param limit  0: all
  [[nodiscard]] std::vector<Bson> find(const bson_t* filter, const bson_t* sort, std::int64_t skip,
                                       std::int64_t limit) const;

  /// @return  how many were removed
  std::int64_t remove(const bson_t* filter, bool many);

  /// @throws DuplicateKey
  Changes update(const bson_t* filter, const bson_t* update, bool many);

  /// Does nothing where an index of that name is there.
  /// @throws DuplicateKey  what is stored breaks a unique index
  void create_index(std::string name, const Bson& key, bool unique);
  [[nodiscard]] std::vector<Bson> describe_indexes() const;

 private:
  struct KeptIndex {
    Index index;
    std::set<std::string> keys;  // of a unique one
  };

  void add_keys(const bson_t* document);
  void remove_keys(const bson_t* document);
  void check_unique(const KeptIndex& kept, const bson_t* document) const;

  std::string name_;
  std::vector<Bson> documents_;
  std::vector<KeptIndex> indexes_;
};

}  // namespace gridfs::scripted
