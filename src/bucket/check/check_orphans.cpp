// Chunks that belong to no file.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/check/check_run.hpp"
#include "bucket/check/check_scans.hpp"
#include "bucket/files/files_lookup.hpp"

namespace gridfs::detail {

namespace {

using std::chrono::seconds;

constexpr std::size_t ids_per_batch = 1000;
constexpr std::int64_t chunks_per_delete = 1000;

std::string count_text(std::int64_t chunks) { return std::to_string(chunks) + (chunks == 1 ? " chunk" : " chunks"); }

std::string age_text(seconds age) {
  struct Unit {
    std::int64_t length;
    const char* name;
  };
  constexpr std::array units{Unit{86'400, " days"}, Unit{3'600, " hours"}, Unit{60, " minutes"}};
  const std::int64_t count = std::max<std::int64_t>(age.count(), 0);
  for (const Unit& unit : units) {
    if (count >= 2 * unit.length) return std::to_string(count / unit.length) + unit.name;
  }
  return std::to_string(count) + (count == 1 ? " second" : " seconds");
}

bool is_newer(const bson_oid_t& one, const bson_oid_t& other) { return bson_oid_compare(&one, &other) > 0; }

seconds now() { return std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch()); }

// The chunks of one `_id` that no file has.
struct Orphan {
  Value id;
  std::int64_t chunks = 0;
  std::optional<std::int64_t> bytes = 0;
  // The `_id` of the newest; empty if that of any does not tell its age.
  std::optional<bson_oid_t> newest = bson_oid_t{};
};

class OrphansCheck {
 public:
  explicit OrphansCheck(CheckRun& run) : run_(run) {}

  void add(Value id);
  void end_of_batch();

 private:
  void examine(const Value& id);
  Orphan measure(const Value& id) const;
  [[nodiscard]] bool has_file(const Value& id) const;
  Finding describe_orphan(const Orphan& orphan) const;
  std::optional<std::string> remove(const Orphan& orphan) const;
  std::optional<std::vector<bson_oid_t>> last_chunks(const Operation& operation, const Orphan& orphan) const;

  CheckRun& run_;
  std::vector<Value> batch_;
  std::optional<Value> last_;
};

void OrphansCheck::add(Value id) {
  if (id == last_) return;
  batch_.push_back(id);
  last_ = std::move(id);
  if (batch_.size() >= ids_per_batch) end_of_batch();
}

void OrphansCheck::end_of_batch() {
  const std::vector<Value> ids = std::exchange(batch_, {});
  if (ids.empty()) return;
  const auto files = look_up_files(Operation(run_.bucket, "looking for orphaned chunks"), ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!files[i]) examine(ids[i]);
  }
}

void OrphansCheck::examine(const Value& id) {
  const Orphan orphan = measure(id);
  // An upload may have been completed, or a removal, since the chunks were seen.
  if (orphan.chunks == 0 || has_file(id)) return;
  Finding finding = describe_orphan(orphan);
  const bool removable = finding.kind == FindingKind::orphaned_chunks && orphan.newest;
  if (removable && run_.options.repair == Repair::plan) finding.removal = Removal::would_be_done;
  if (removable && run_.options.repair == Repair::yes) {
    if (const auto obstacle = remove(orphan)) {
      finding.detail += "; not removed: " + *obstacle;
    } else {
      finding.removal = Removal::done;
    }
  }
  run_.report(finding);
}

Orphan OrphansCheck::measure(const Value& id) const {
  const Orphan empty{id};
  Orphan orphan = empty;
  const Equal filter("files_id", id);
  const ChunkScan scan{filter, Reader::library};
  scan_chunks(
      run_, "looking at the orphaned chunks of " + describe(id), scan, [&] { orphan = empty; },
      [&](const ScannedChunk& chunk) {
        ++orphan.chunks;
        *orphan.bytes += chunk.size.value_or(0);
        bson_iter_t iter;
        if (!bson_iter_init_find(&iter, chunk.document, "_id") || !BSON_ITER_HOLDS_OID(&iter)) {
          orphan.newest.reset();
        } else if (orphan.newest && is_newer(*bson_iter_oid(&iter), *orphan.newest)) {
          orphan.newest = *bson_iter_oid(&iter);
        }
      });
  return orphan;
}

bool OrphansCheck::has_file(const Value& id) const {
  return Operation(run_.bucket, "looking for " + describe(id)).run([&](const Attempt& attempt) {
    return attempt.has_any(Collection::files, Equal("_id", id));
  });
}

Finding OrphansCheck::describe_orphan(const Orphan& orphan) const {
  Finding finding;
  finding.id = orphan.id;
  finding.chunks = orphan.chunks;
  finding.bytes = orphan.bytes;
  finding.kind = FindingKind::orphaned_chunks;
  finding.detail = count_text(orphan.chunks) + " of no file";
  if (!orphan.newest) {
    finding.detail += ", of unknown age";
    return finding;
  }
  const seconds age = now() - seconds(bson_oid_get_time_t(&*orphan.newest));
  finding.detail += ", the newest " + age_text(age) + " old";
  if (age < run_.options.min_age) {
    finding.kind = FindingKind::orphaned_chunks_recent;
    finding.detail += ": an upload may be under way";
  }
  return finding;
}

// Returns what kept it from removing all of them, if anything did. Each round asks anew whether a file or a newer chunk
// has come, and removes only chunks that it has seen.
std::optional<std::string> OrphansCheck::remove(const Orphan& orphan) const {
  const Operation operation(run_.bucket, "removing the orphaned chunks of " + describe(orphan.id));
  for (bool in_vain = false;;) {
    const auto chunks = last_chunks(operation, orphan);
    if (!chunks) return "newer chunks have come";
    if (chunks->empty()) return std::nullopt;
    if (has_file(orphan.id)) return "a file has come";
    Bson filter;
    append_in(filter.get(), "_id", *chunks);
    append_equal(filter.get(), "files_id", orphan.id);
    if (operation.remove(Collection::chunks, filter.get()) > 0) continue;
    // Another program may have removed them, or an attempt whose answer was lost.
    if (std::exchange(in_vain, true)) return "the server has not removed them";
  }
}

// Some chunks of it, the last in their order first, since that is where an upload would go on; nothing if one of them
// is newer than those that were there.
std::optional<std::vector<bson_oid_t>> OrphansCheck::last_chunks(const Operation& operation,
                                                                 const Orphan& orphan) const {
  Bson options;
  append(options.get(), "projection", document("files_id", Value(std::int32_t{1})));
  append_sort(options.get(), "n", -1);
  append(options.get(), "limit", chunks_per_delete);
  if (!run_.chunks_are_indexed) append(options.get(), "allowDiskUse", true);
  return operation.run([&](const Attempt& attempt) {
    std::optional<std::vector<bson_oid_t>> ids(std::in_place);
    attempt.find(Collection::chunks, Equal("files_id", orphan.id), options.get(), [&](const bson_t* found) {
      bson_iter_t iter;
      if (bson_iter_init_find(&iter, found, "files_id") && !is_same_id(orphan.id, to_value(iter))) return;
      const bool is_known = bson_iter_init_find(&iter, found, "_id") && BSON_ITER_HOLDS_OID(&iter) &&
                            !is_newer(*bson_iter_oid(&iter), *orphan.newest);
      if (!is_known) ids.reset();
      if (ids) ids->push_back(*bson_iter_oid(&iter));
    });
    return ids;
  });
}

}  // namespace

void check_orphans_of(CheckRun& run, const Value& id) {
  OrphansCheck check(run);
  check.add(id);
  check.end_of_batch();
}

void check_orphans(CheckRun& run) {
  // Without `_id` the index alone answers the query.
  Document projection;
  projection.append("_id", Value(std::int32_t{0})).append("files_id", Value(std::int32_t{1}));
  Document options;
  options.append("projection", Value(projection));
  options.append("sort", Value(document("files_id", Value(std::int32_t{1})).append("n", Value(std::int32_t{1}))));
  options.append("batchSize", Value(std::int32_t{10'000}));
  if (!run.chunks_are_indexed) options.append("allowDiskUse", Value(true));
  OrderedScan chunks(Operation(run.bucket, "looking for orphaned chunks"), Collection::chunks, "files_id",
                     std::move(options));
  OrphansCheck check(run);
  for (const bson_t* chunk = chunks.next(); chunk != nullptr; chunk = chunks.next()) {
    run.any_chunks = true;
    bson_iter_t iter;
    check.add(bson_iter_init_find(&iter, chunk, "files_id") ? to_value(iter) : Value());
  }
  check.end_of_batch();
}

}  // namespace gridfs::detail
