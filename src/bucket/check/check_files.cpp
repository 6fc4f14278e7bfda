// Every file against its chunks.
#include <algorithm>
#include <exception>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/check/check_run.hpp"
#include "bucket/check/check_scans.hpp"
#include "bucket/check/check_tally.hpp"

namespace gridfs::detail {

namespace {

constexpr std::int32_t files_per_batch = 1000;
constexpr std::int64_t chunks_per_batch = 200'000;
constexpr std::size_t bytes_per_batch = 4 << 20;

// The same for ids that a server holds equal, as far as files may have them: 1 and 1.0 are one `_id`.
std::string key_of(const Value& id) {
  if (const auto number = id.as_integer()) return "#" + std::to_string(*number);
  const auto bytes = Value::Holder::of(id).bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string quoted_name(const FileInfo& file) {
  const auto name = file.filename();
  return name ? " ('" + *name + "')" : std::string();
}

Document file_projection() {
  const Value wanted(std::int32_t{1});
  Document fields;
  for (const char* field : {"length", "chunkSize", "uploadDate", "filename", "metadata.sha256"}) {
    fields.append(field, wanted);
  }
  return fields;
}

// Whether it is the same upload; it may have been renamed.
bool is_same_upload(const FileInfo& one, const FileInfo& other) {
  const auto same = [&](const char* field) { return one.document().find(field) == other.document().find(field); };
  return same("length") && same("chunkSize") && same("uploadDate");
}

// What is wrong with the files document itself, but for what keeps its chunks from being counted.
std::vector<std::string> smaller_problems(const FileInfo& file) {
  std::vector<std::string> problems;
  if (!file.upload_date()) problems.emplace_back("the files document's uploadDate is missing or not a date");
  if (file.document().find("filename") && !file.filename()) {
    problems.emplace_back("the files document's filename is not a string");
  }
  return problems;
}

struct CheckedFile {
  FileInfo file;
  std::optional<ChunkTally> tally;  // none where the files document does not say what there should be
  std::string nonsense;
  bool is_compared = false;
  std::optional<std::string> content_problem;

  explicit CheckedFile(FileInfo info) : file(std::move(info)) { restart(); }

  void restart() {
    tally.reset();
    try {
      tally.emplace(file.length(), file.chunk_size());
    } catch (const CorruptFile& error) {
      nonsense = error.what();
    }
  }

  [[nodiscard]] bool is_suspect() const { return !tally || !tally->complete() || !smaller_problems(file).empty(); }
};

class FilesCheck {
 public:
  explicit FilesCheck(CheckRun& run) : run_(run) {}

  void add(const bson_t* document);
  void add(FileInfo file);
  void end_of_batch();

 private:
  void tally_batch();
  void confirm(const FileInfo& suspect);
  void report_problems(const CheckedFile& checked);
  void compare_content(const FileInfo& file);
  void compare_small_contents();
  template <typename Compare>
  static std::optional<std::string> problem_of(Compare compare);
  void report_content(const FileInfo& file, const std::optional<std::string>& problem);
  std::optional<FileInfo> still_there(const FileInfo& file) const;
  Finding finding(FindingKind kind, const FileInfo& file, const std::string& detail) const;

  CheckRun& run_;
  std::vector<CheckedFile> batch_;
  std::int64_t expected_chunks_ = 0;
  std::size_t bytes_ = 0;
};

void FilesCheck::add(const bson_t* document) {
  bytes_ += document->len;
  add(FileInfo(to_document(document)));
}

void FilesCheck::add(FileInfo file) {
  CheckedFile checked(std::move(file));
  try {
    expected_chunks_ += std::min(checked.file.chunk_count(), chunks_per_batch);
  } catch (const CorruptFile&) {
    // It counts for none.
  }
  batch_.push_back(std::move(checked));
  if (batch_.size() >= files_per_batch || expected_chunks_ >= chunks_per_batch || bytes_ >= bytes_per_batch) {
    end_of_batch();
  }
}

void FilesCheck::end_of_batch() {
  if (batch_.empty()) return;
  tally_batch();
  compare_small_contents();
  for (const CheckedFile& checked : batch_) {
    ++run_.summary.files;
    if (run_.options.on_file) run_.options.on_file(checked.file);
    if (checked.tally) {
      run_.summary.chunks += checked.tally->chunks();
      run_.summary.bytes += checked.tally->bytes();
    }
    if (checked.is_compared) {
      report_content(checked.file, checked.content_problem);
    } else if (checked.is_suspect()) {
      confirm(checked.file);
    } else {
      compare_content(checked.file);
    }
  }
  batch_.clear();
  expected_chunks_ = 0;
  bytes_ = 0;
}

void FilesCheck::tally_batch() {
  std::vector<Value> ids;
  std::unordered_map<std::string, CheckedFile*> by_key;
  std::int32_t largest = 1;
  for (CheckedFile& checked : batch_) {
    if (!checked.tally) continue;
    ids.push_back(checked.file.id());
    by_key.emplace(key_of(ids.back()), &checked);
    largest = std::max(largest, checked.file.chunk_size());
  }

  std::optional<Value> last;
  CheckedFile* current = nullptr;
  const auto count = [&](const ScannedChunk& chunk) {
    bson_iter_t iter;
    if (!bson_iter_init_find(&iter, chunk.document, "files_id")) return;
    Value id = to_value(iter);
    if (id != last) {
      const auto match = by_key.find(key_of(id));
      current = match == by_key.end() ? nullptr : match->second;
      last = std::move(id);
    }
    run_.any_chunks = true;
    if (current != nullptr) current->tally->add(chunk.n, chunk.size);
  };
  for_each_filter("files_id", ids, [&](const bson_t* filter, std::span<const Value> some) {
    ChunkScan scan{filter};
    scan.chunk_size = largest;
    const auto restart = [&] {
      for (const Value& id : some) by_key.at(key_of(id))->restart();
    };
    scan_chunks(run_, "checking the chunks of files", scan, restart, count);
  });
  for (CheckedFile& checked : batch_) {
    if (checked.tally) checked.tally->finish();
  }
}

// What looks damaged may have been removed or replaced between one query and the next. So its chunks are looked at once
// more, on the primary, and then whether the file is still there: a file is removed before its chunks are.
void FilesCheck::confirm(const FileInfo& suspect) {
  const auto file = still_there(suspect);
  if (!file) return;
  CheckedFile checked(*file);
  if (checked.tally) {
    const Equal filter("files_id", file->id());
    ChunkScan scan{filter, Reader::library, Sizes::from_data};
    scan.chunk_size = file->chunk_size();
    scan_chunks(
        run_, "checking the chunks of " + describe(file->id()), scan, [&] { checked.restart(); },
        [&](const ScannedChunk& chunk) { checked.tally->add(chunk.n, chunk.size); });
    checked.tally->finish();
  }
  const auto afterwards = still_there(*file);
  if (!afterwards || !is_same_upload(*afterwards, *file)) return;
  if (checked.is_suspect()) {
    report_problems(checked);
  } else {
    compare_content(*file);
  }
}

void FilesCheck::report_problems(const CheckedFile& checked) {
  const FileInfo& file = checked.file;
  if (!checked.tally) run_.report(finding(FindingKind::bad_files_document, file, checked.nonsense));
  for (const std::string& problem : smaller_problems(file)) {
    run_.report(finding(FindingKind::bad_files_document, file, problem));
  }
  if (!checked.tally) return;
  for (const ChunkProblem& problem : checked.tally->problems()) {
    Finding found = finding(problem.kind, file, problem.detail);
    found.chunks = problem.chunks;
    run_.report(found);
  }
  if (const auto more = checked.tally->uncounted(); more > 0) {
    run_.report(finding(checked.tally->problems().back().kind, file,
                        "and " + std::to_string(more) + " more things are wrong with its chunks"));
  }
}

void FilesCheck::compare_content(const FileInfo& file) {
  if (!run_.options.compare_content) return;
  report_content(file, problem_of([&] { return run_.options.compare_content(file); }));
}

void FilesCheck::compare_small_contents() {
  if (!run_.options.compare_small_content) return;
  std::vector<FileInfo> files;
  std::vector<CheckedFile*> small;
  for (CheckedFile& checked : batch_) {
    if (checked.is_suspect() || checked.file.length() > max_small_file) continue;
    checked.is_compared = true;
    files.push_back(checked.file);
    small.push_back(&checked);
  }
  run_.owner.download_each(files,
                           [&](std::size_t i, std::span<const std::byte> content, const std::exception_ptr& error) {
                             small[i]->content_problem = problem_of([&] {
                               if (error) std::rethrow_exception(error);
                               return run_.options.compare_small_content(files[i], content);
                             });
                           });
}

// A file that has been removed has none.
template <typename Compare>
std::optional<std::string> FilesCheck::problem_of(Compare compare) {
  try {
    return compare();
  } catch (const CorruptFile& error) {
    return error.what();
  } catch (const FileNotFound&) {
    return std::nullopt;
  }
}

void FilesCheck::report_content(const FileInfo& file, const std::optional<std::string>& problem) {
  const auto afterwards = problem ? still_there(file) : std::nullopt;
  if (!afterwards || !is_same_upload(*afterwards, file)) return;
  run_.report(finding(FindingKind::checksum_mismatch, file, *problem));
}

std::optional<FileInfo> FilesCheck::still_there(const FileInfo& file) const {
  const Value id = file.id();
  Bson options;
  append(options.get(), "projection", file_projection());
  const Operation operation(run_.bucket, "checking " + describe(id));
  auto found = operation.find_one(Collection::files, Equal("_id", id), options.get());
  return found ? std::optional(FileInfo(*std::move(found))) : std::nullopt;
}

Finding FilesCheck::finding(FindingKind kind, const FileInfo& file, const std::string& detail) const {
  Finding result;
  result.kind = kind;
  result.id = file.id();
  result.filename = file.filename();
  result.detail = detail + quoted_name(file);
  return result;
}

}  // namespace

void check_files(CheckRun& run) {
  Document options;
  options.append("projection", Value(file_projection()));
  options.append("sort", Value(document("_id", Value(std::int32_t{1}))));
  options.append("batchSize", Value(files_per_batch));
  OrderedScan files(Operation(run.bucket, "checking files"), Collection::files, "_id", std::move(options));
  FilesCheck check(run);
  for (const bson_t* file = files.next(); file != nullptr; file = files.next()) check.add(file);
  check.end_of_batch();
}

void check_one_file(CheckRun& run, const FileInfo& file) {
  FilesCheck check(run);
  check.add(file);
  check.end_of_batch();
}

}  // namespace gridfs::detail
