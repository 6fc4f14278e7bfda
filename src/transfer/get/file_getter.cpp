#include "transfer/get/file_getter.hpp"

#include <cerrno>
#include <chrono>

#include <sys/stat.h>

#include "gridfs/error.hpp"

#include "transfer/attributes.hpp"
#include "transfer/checksum.hpp"
#include "transfer/file_text.hpp"
#include "util/fs/input.hpp"
#include "util/fs/local_error.hpp"
#include "util/fs/resumable_file.hpp"

namespace gridfs::transfer {

namespace {

template <typename Write>
void copy(DownloadStream& download, Write write) {
  for (auto chunk = download.read_chunk(); !chunk.empty(); chunk = download.read_chunk()) write(chunk);
}

// Identifies the content of a file: a file with an `_id` is not changed, only removed and stored again.
std::string source_of(const FileInfo& file) {
  const auto date = file.upload_date();
  return file.id().to_canonical_json() + " " + std::to_string(file.length()) + " " +
         std::to_string(date ? date->time_since_epoch().count() : 0);
}

template <typename Output>
void restore_time(const FileInfo& file, Output& output) {
  if (const auto time = stored_attributes(file).modified) output.set_modified(time->time_since_epoch().count());
}

}  // namespace

void download(const Bucket& bucket, const FileInfo& file,
              const std::function<void(std::span<const std::byte>)>& write) {
  auto download = bucket.open_download_stream(file);
  if (!stored_sha256(file)) return copy(download, write);
  HashingThread hash;
  copy(download, [&](auto chunk) { hash.update(chunk, [&] { write(chunk); }); });
  compare_checksum(file, hash.hex());
}

bool FileGetter::skips(const FileInfo& file, const LocalTarget& target) const {
  if (!settings_.skip_existing || !is_same(file, target.path())) return false;
  listener_.note(target.path() + ": the same already, skipped");
  listener_.unchanged();
  return true;
}

bool FileGetter::is_same(const FileInfo& file, const std::string& path) const {
  struct stat local {};
  if (::stat(path.c_str(), &local) != 0 || !S_ISREG(local.st_mode) || local.st_size != file.length()) return false;
  if (!settings_.checksum && stored_attributes(file).modified == util::modified_of(local)) return true;
  const auto sha256 = stored_sha256(file);
  return sha256 && sha256 == sha256_of_input(util::Input::open(path), settings_.stop);
}

void FileGetter::check(const FileInfo& file, const LocalTarget& target) const {
  if (settings_.checksum) require_checksum(file);
  if (!settings_.dry_run && (settings_.force || !target.exists())) return;
  if (const auto place = target.find()) static_cast<void>(util::OutputFile::find(*place, settings_.existing()));
}

void FileGetter::get(FileInfo& file, const LocalTarget& target, std::exception_ptr failed) const {
  constexpr int most_lookups = 3;
  for (int lookups = 0;; ++lookups) {
    const bool may_look_up = settings_.lookup.newest_by_name() && lookups < most_lookups;
    try {
      if (failed) std::rethrow_exception(std::exchange(failed, nullptr));
      return get_this(file, target);
    } catch (const CorruptFile&) {
      if (!may_look_up || is_unchanged(file)) throw;
    } catch (const FileNotFound&) {
      if (!may_look_up || is_unchanged(file)) throw;
    }
    listener_.note(describe_file(file) + " was removed while it was read: looking for the newest revision");
    file = bucket_.find_by_name(file.filename().value_or(""));
  }
}

bool FileGetter::is_unchanged(const FileInfo& file) const {
  try {
    return bucket_.find_by_id(file.id()).document() == file.document();
  } catch (const FileNotFound&) {
    return false;
  }
}

template <typename Output>
void FileGetter::write(std::span<const std::byte> bytes, Output& output) const {
  limit_.wait_for(bytes.size(), settings_.stop);
  output.write(bytes);
}

std::optional<mode_t> FileGetter::mode_of(const FileInfo& file) const {
  return settings_.preserve ? stored_attributes(file).mode : std::nullopt;
}

void FileGetter::get_this(const FileInfo& file, const LocalTarget& target) const {
  if (settings_.checksum) require_checksum(file);
  if (settings_.resume) return resume(file, target);
  util::OutputFile output(target.open(sync_), settings_.existing(), settings_.stop, mode_of(file));
  listener_.started(shown_name(file), file.length());
  download(bucket_, file, [&](auto chunk) { write(chunk, output); });
  prepare(file, output);
  output.commit(sync_);
}

void FileGetter::report(const FileInfo& file, const LocalTarget& target) const {
  if (const auto warning = checksum_warning(file)) listener_.data_warning(*warning);
  if (settings_.preserve) {
    warn_of_time(file, target.path());
    for (const std::string& field : stored_attributes(file).ignored) {
      listener_.data_warning(describe_file(file) + ": " + field + " is not valid, and is ignored");
    }
  }
  listener_.written(file, target.path());
}

// A file system sets a time that it cannot hold to the nearest one, and says nothing.
void FileGetter::warn_of_time(const FileInfo& file, const std::string& path) const {
  const auto wanted = stored_attributes(file).modified;
  struct stat local {};
  if (!wanted || ::stat(path.c_str(), &local) != 0 || !S_ISREG(local.st_mode)) return;
  const DateTime set = util::modified_of(local);
  constexpr std::chrono::seconds coarsest{2};  // of FAT
  if (set >= *wanted - coarsest && set <= *wanted + coarsest) return;
  listener_.data_warning(describe_file(file) + ": the local file cannot have its modification time, " +
                         format_date(wanted) + ": it is set to " + format_date(set));
}

std::unique_ptr<util::OutputFile> FileGetter::write(const FileInfo& file, std::span<const std::byte> content,
                                                    const LocalTarget& target) const {
  auto opened = target.open(sync_);
  if (stored_sha256(file)) compare_checksum(file, sha256_of(content));
  auto output =
      std::make_unique<util::OutputFile>(std::move(opened), settings_.existing(), settings_.stop, mode_of(file));
  write(content, *output);
  prepare(file, *output);
  return output;
}

void FileGetter::prepare(const FileInfo& file, util::OutputFile& output) const {
  if (settings_.preserve) restore_time(file, output);
  if (!settings_.sync) output.skip_sync();
}

void FileGetter::resume(const FileInfo& file, const LocalTarget& target) const {
  auto opened = target.open(sync_);
  auto download = bucket_.open_download_stream(file);
  util::ResumableFile output(std::move(opened), settings_.existing(), source_of(file), settings_.stop, mode_of(file));
  download.seek(output.size());
  listener_.started(shown_name(file), file.length() - output.size());
  copy(download, [&](auto chunk) { write(chunk, output); });
  try {
    compare_checksum(file, output.sha256());
  } catch (...) {
    output.discard();
    throw;
  }
  if (settings_.preserve) restore_time(file, output);
  output.commit();
}

}  // namespace gridfs::transfer
