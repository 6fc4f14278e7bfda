#include "transfer/copy/copy.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <exception>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"

#include "transfer/checksum.hpp"
#include "transfer/file_text.hpp"
#include "transfer/get/file_getter.hpp"
#include "transfer/stored_tree.hpp"
#include "util/process/rate_limit.hpp"
#include "util/text/units.hpp"
#include "util/text/utf8.hpp"

namespace gridfs::transfer {

namespace {

std::string name_of(const FileInfo& file) {
  if (auto name = file.filename()) return *std::move(name);
  throw Error(describe_file(file) + ": it has no name, and is not copied");
}

// The fields of old drivers, and others', which a copy does not have. The MD5 can be computed.
std::string lost_fields(const FileInfo& file) {
  constexpr std::array<std::string_view, 7> kept{"_id",      "length",   "chunkSize", "uploadDate",
                                                 "filename", "metadata", "md5"};
  std::string lost;
  for (const auto& [key, value] : file.document().fields()) {
    const bool is_kept = std::find(kept.begin(), kept.end(), key) != kept.end();
    const bool is_no_metadata = key == "metadata" && !value.as_document() && value != Value();
    if (!is_kept || is_no_metadata) lost += (lost.empty() ? "" : ", ") + key;
  }
  return lost;
}

// Files on their way to the other bucket: small ones are fetched, and stored, together.
class Copier {
 public:
  Copier(const Bucket& from, const Bucket& to, const CopySettings& settings, Tally& tally)
      : from_(from),
        to_(to),
        settings_(settings),
        tally_(tally),
        limit_(settings.bytes_per_second),
        batch_(to.open_batch_upload([this](const BatchOutcome& outcome) { conclude(outcome); })) {}

  // Adds a file; they are copied when there are many. Throws if it is damaged.
  void add(const FileInfo& file) {
    if (is_small(file)) bytes_ += file.length();
    document_bytes_ += file.document().bytes().size();
    waiting_.push_back({.file = file});
    constexpr std::size_t most_files = 1'000;
    constexpr std::size_t most_document_bytes = std::size_t{2} << 20;
    constexpr std::int64_t most_bytes = std::int64_t{4} << 20;
    if (waiting_.size() >= most_files || document_bytes_ >= most_document_bytes || bytes_ >= most_bytes) copy();
  }

  // Copies those that were added.
  void copy() {
    auto files = std::exchange(waiting_, {});
    bytes_ = 0;
    document_bytes_ = 0;
    if (tally_.must_stop()) return tally_.skip(files.size());
    if (settings_.if_absent) leave_out_existing(files);
    if (settings_.dry_run) return plan(files);
    fetch_small(files);
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (tally_.must_stop()) {
        tally_.skip(files.size() - i);
        break;
      }
      copy(files[i]);
    }
    flush();
  }

 private:
  struct Waiting {
    FileInfo file;
    bool fetched = false;  // with others
    std::vector<std::byte> content{};
    std::exception_ptr error{};
  };

  // Under a given `_id`, files of one chunk alone are stored together.
  [[nodiscard]] bool is_small(const FileInfo& file) const {
    return file.length() <= max_small_file && (settings_.new_id || file.length() <= chunk_size_of_copy(file));
  }

  // Other programs store files with chunks that are larger than any here.
  [[nodiscard]] std::int32_t chunk_size_of_copy(const FileInfo& file) const {
    return file.chunk_size() <= max_chunk_size ? file.chunk_size() : to_.chunk_size_bytes();
  }

  // What a copy has in common with its file, but for one without an upload date: then the copy has one of its own.
  [[nodiscard]] std::optional<Document> identity_of(const FileInfo& file) const {
    const auto name = file.filename();
    const auto date = file.upload_date();
    if (!name || !util::is_utf8(*name) || !date) return std::nullopt;
    Document identity;
    if (!settings_.new_id) identity.append("_id", file.id());
    return identity.append("filename", Value(*name))
        .append("length", Value(file.length()))
        .append("uploadDate", Value(*date));
  }

  [[nodiscard]] std::set<std::string> existing_copies(const std::vector<Waiting>& files) const {
    std::vector<Value> wanted;
    for (const Waiting& one : files) {
      if (auto identity = identity_of(one.file)) wanted.emplace_back(*std::move(identity));
    }
    std::set<std::string> found;
    if (wanted.empty()) return found;
    FindOptions options;
    options.exact_text = true;
    for (const FileInfo& file : to_.find(Document().append("$or", Value::array(wanted)), options)) {
      if (const auto identity = identity_of(file)) found.insert(identity->to_json());
    }
    return found;
  }

  void leave_out_existing(std::vector<Waiting>& files) {
    try {
      auto existing = existing_copies(files);
      std::erase_if(files, [&](const Waiting& one) {
        const auto identity = identity_of(one.file);
        if (!identity || existing.insert(identity->to_json()).second) return false;
        tally_.listener().note(describe_file(one.file) + ": its copy exists, skipped");
        tally_.listener().unchanged();
        tally_.succeeded();
        return true;
      });
    } catch (const Error&) {
      tally_.failed(std::current_exception());
      tally_.skip(files.size());
      files.clear();
    }
  }

  void plan(const std::vector<Waiting>& files) {
    for (const Waiting& one : files) {
      tally_.attempt(shown_name(one.file), [&] {
        const Value id = one.file.id();
        if (!settings_.new_id && is_found([&] { return to_.find_by_id(id); })) {
          throw FileExists(name_of(one.file) + ": the _id is in use: " + format_id(id));
        }
        tally_.listener().would("copy " + describe_file(one.file));
      });
    }
  }

  void fetch_small(std::vector<Waiting>& files) {
    std::vector<FileInfo> wanted;
    std::vector<Waiting*> small;
    for (Waiting& one : files) {
      if (!is_small(one.file)) continue;
      wanted.push_back(one.file);
      small.push_back(&one);
    }
    try {
      // Called from several threads, but once for each file.
      from_.download_each(wanted,
                          [&](std::size_t i, std::span<const std::byte> content, const std::exception_ptr& error) {
                            wait_for(content.size());
                            small[i]->content.assign(content.begin(), content.end());
                            small[i]->error = error;
                            small[i]->fetched = true;
                          });
    } catch (const ServerError& error) {
      tally_.listener().note(std::string(error.what()) + ": copying them one by one");
    } catch (const Error&) {
      tally_.failed(std::current_exception());
    }
  }

  void copy(const Waiting& one) {
    if (!one.fetched) {
      flush();
      return tally_.attempt(shown_name(one.file), [&] { copy_alone(one.file); });
    }
    try {
      if (one.error) std::rethrow_exception(one.error);
      if (stored_sha256(one.file)) compare_checksum(one.file, sha256_of(one.content));
      const auto name = name_of(one.file);
      const auto options = upload_options(one.file);
      tally_.listener().started(name, std::nullopt);
      wait_for(one.content.size());
      pending_.push_back(name);
      batch_.add(name, one.content, options, settings_.new_id ? std::nullopt : std::optional(one.file.id()));
    } catch (...) {
      tally_.failed(std::current_exception(), shown_name(one.file));
    }
    if (ending_) flush();
  }

  // Not closed, it is aborted.
  void copy_alone(const FileInfo& file) {
    const auto options = upload_options(file);
    UploadStream upload = settings_.new_id ? to_.open_upload_stream(name_of(file), options)
                                           : to_.open_upload_stream_with_id(file.id(), name_of(file), options);
    tally_.listener().started(shown_name(file), file.length());
    download(from_, file, [&](auto bytes) {
      wait_for(2 * bytes.size());
      upload.write(bytes);
    });
    tally_.listener().stored(upload.close());
    tally_.listener().flush();
  }

  void wait_for(std::size_t bytes) { limit_.wait_for(bytes, settings_.stop); }

  UploadOptions upload_options(const FileInfo& file) {
    if (const auto lost = lost_fields(file); !lost.empty()) {
      tally_.listener().data_warning(describe_file(file) + ": fields that are not copied: " + lost);
    }
    if (file.chunk_size() > max_chunk_size) {
      tally_.listener().data_warning(describe_file(file) + ": its chunk size of " +
                                     util::count_of(file.chunk_size(), "byte") + " is too large: the copy has " +
                                     util::count_of(chunk_size_of_copy(file), "byte"));
    }
    if (!file.upload_date()) {
      tally_.listener().data_warning(
          describe_file(file) + ": it has no upload date: the copy has the present one, and is the newest of its name");
    }
    if (const auto warning = checksum_warning(file)) tally_.listener().data_warning(*warning);
    UploadOptions options;
    options.chunk_size_bytes = chunk_size_of_copy(file);
    options.upload_date = file.upload_date();
    options.metadata = file.metadata();
    return options;
  }

  void conclude(const BatchOutcome& outcome) {
    const std::string name = std::move(pending_.front());
    pending_.pop_front();
    try {
      tally_.attempt(name, [&] {
        if (outcome.error) std::rethrow_exception(outcome.error);
        tally_.listener().stored(*outcome.file);
      });
    } catch (...) {
      // The outcomes behind it are still reported.
      if (!ending_) ending_ = std::current_exception();
    }
  }

  void flush() {
    batch_.flush();
    if (ending_) std::rethrow_exception(std::exchange(ending_, nullptr));
    tally_.listener().flush();
  }

  const Bucket& from_;
  const Bucket& to_;
  const CopySettings& settings_;
  Tally& tally_;
  std::vector<Waiting> waiting_;
  std::int64_t bytes_ = 0;  // of the small ones
  std::size_t document_bytes_ = 0;
  std::deque<std::string> pending_;  // those in the batch
  std::exception_ptr ending_;        // thrown once all outcomes are reported
  util::RateLimit limit_;
  BatchUpload batch_;
};

}  // namespace

Tally copy(const Bucket& from, const Bucket& to, const CopySettings& settings, Listener& listener) {
  Tally tally(listener);
  Copier copier(from, to, settings, tally);
  const auto add = [&](const FileInfo& file) {
    try {
      copier.add(file);
    } catch (...) {
      tally.failed(std::current_exception(), describe_file(file));
    }
  };
  if (settings.recursive) {
    for_each_prefix(settings.lookup.ids, tally, [&](const std::string& prefix) {
      StoredTree(prefix).each(from, StoredTree::Revisions::newest, settings.filter, tally, add);
    });
  } else {
    for_each_file(from, settings.lookup, tally, add);
  }
  copier.copy();
  return tally;
}

}  // namespace gridfs::transfer
