#include "bucket/client/concerns.hpp"

#include <algorithm>
#include <limits>

#include "gridfs/error.hpp"

#include "bucket/bson/bson_bridge.hpp"

namespace gridfs::detail {

namespace {

void set_members(mongoc_write_concern_t* concern, const std::variant<int, std::string>& w) {
  if (const int* members = std::get_if<int>(&w)) {
    if (*members < 0) throw ConfigurationError("write concern: the number of members must not be negative");
    return mongoc_write_concern_set_w(concern, *members);
  }
  const auto& name = std::get<std::string>(w);
  if (name.empty() || name.find('\0') != std::string::npos) {
    throw ConfigurationError("write concern: not a valid name");
  }
  if (name == "majority") {
    mongoc_write_concern_set_w(concern, MONGOC_WRITE_CONCERN_W_MAJORITY);
  } else {
    mongoc_write_concern_set_wtag(concern, name.c_str());
  }
}

WriteConcernHandle make(const WriteConcern& options) {
  WriteConcernHandle concern(mongoc_write_concern_new());
  if (options.w) set_members(concern.get(), *options.w);
  if (options.journal) mongoc_write_concern_set_journal(concern.get(), *options.journal);
  if (options.timeout) {
    if (options.timeout->count() < 1) throw ConfigurationError("write concern: wtimeout must be at least 1 ms");
    mongoc_write_concern_set_wtimeout_int64(concern.get(), options.timeout->count());
  }
  return concern;
}

ReadConcernHandle make(const ReadConcern& options) {
  if (options.level.empty() || options.level.find('\0') != std::string::npos) {
    throw ConfigurationError("read concern: not a valid level");
  }
  ReadConcernHandle concern(mongoc_read_concern_new());
  mongoc_read_concern_set_level(concern.get(), options.level.c_str());
  return concern;
}

mongoc_read_mode_t mode_of(ReadPreference::Mode mode) {
  switch (mode) {
    case ReadPreference::Mode::primary:
      return MONGOC_READ_PRIMARY;
    case ReadPreference::Mode::primary_preferred:
      return MONGOC_READ_PRIMARY_PREFERRED;
    case ReadPreference::Mode::secondary:
      return MONGOC_READ_SECONDARY;
    case ReadPreference::Mode::secondary_preferred:
      return MONGOC_READ_SECONDARY_PREFERRED;
    case ReadPreference::Mode::nearest:
      break;
  }
  return MONGOC_READ_NEAREST;
}

ReadPrefsHandle make(const ReadPreference& options) {
  ReadPrefsHandle prefs(mongoc_read_prefs_new(mode_of(options.mode)));
  for (const Document& tags : options.tag_sets) mongoc_read_prefs_add_tag(prefs.get(), BsonView(tags));
  if (options.max_staleness) {
    mongoc_read_prefs_set_max_staleness_seconds(prefs.get(), options.max_staleness->count());
  }
  constexpr auto longest = std::numeric_limits<std::int32_t>::max();
  const bool out_of_range =
      options.max_staleness && (options.max_staleness->count() < 90 || options.max_staleness->count() > longest);
  if (out_of_range || !mongoc_read_prefs_is_valid(prefs.get())) {
    throw ConfigurationError(
        "read preference: mode primary takes no tags and no staleness, and a staleness is 90 to 2147483647 seconds");
  }
  return prefs;
}

WriteConcernHandle cleanup_concern(const mongoc_write_concern_t* write) {
  WriteConcernHandle concern(mongoc_write_concern_copy(write));
  const std::int32_t w = mongoc_write_concern_get_w(write);
  if (w > 1 || w == MONGOC_WRITE_CONCERN_W_TAG) {
    mongoc_write_concern_set_w(concern.get(), MONGOC_WRITE_CONCERN_W_MAJORITY);
  }
  return concern;
}

}  // namespace

Concerns resolve_concerns(const BucketOptions& options, const mongoc_uri_t* uri) {
  Concerns concerns{
      options.write_concern ? make(*options.write_concern)
                            : WriteConcernHandle(mongoc_write_concern_copy(mongoc_uri_get_write_concern(uri))),
      nullptr,
      options.read_concern ? make(*options.read_concern)
                           : ReadConcernHandle(mongoc_read_concern_copy(mongoc_uri_get_read_concern(uri))),
      options.read_preference ? make(*options.read_preference)
                              : ReadPrefsHandle(mongoc_read_prefs_copy(mongoc_uri_get_read_prefs_t(uri)))};
  if (!mongoc_write_concern_is_acknowledged(concerns.write.get())) {
    throw ConfigurationError("write concern: an unacknowledged write says nothing about whether a file was stored");
  }
  if (!mongoc_write_concern_is_valid(concerns.write.get())) throw ConfigurationError("write concern: not valid");
  concerns.cleanup = cleanup_concern(concerns.write.get());
  return concerns;
}

}  // namespace gridfs::detail
