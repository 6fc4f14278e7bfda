#include "cli/download_file.hpp"

#include <utility>

#include "cli/id_text.hpp"
#include "util/resumable_file.hpp"

namespace gridfs::cli {

namespace {

template <typename Write>
void copy(DownloadStream& download, Write write) {
  for (auto chunk = download.read_chunk(); !chunk.empty(); chunk = download.read_chunk()) write(chunk);
}

template <typename Write>
void copy_hashed(DownloadStream& download, HashBeside& hash, Write write) {
  copy(download, [&](std::span<const std::byte> chunk) {
    auto hashing = hash.begin(chunk);
    write(chunk);
    if (hashing.valid()) hashing.get();
  });
}

void compare(const FileInfo& file, const HashBeside& hash) {
  if (const auto sha256 = hash.hex()) compare_checksum(file, *sha256);
}

// Tells the content of a file from that of any other: what has an `_id` is not changed, only removed and stored again.
std::string source_of(const FileInfo& file) {
  const auto date = file.upload_date();
  return file.id().to_canonical_json() + " " + std::to_string(file.length()) + " " +
         std::to_string(date ? date->time_since_epoch().count() : 0);
}

template <typename File>
void preserve_date(const FileInfo& source, File& file, const LocalFileOptions& options) {
  if (const auto date = source.upload_date(); options.preserve && date) {
    file.set_modified(date->time_since_epoch().count());
  }
}

void finish(const FileInfo& source, util::OutputFile& file, const LocalFileOptions& options) {
  preserve_date(source, file, options);
  file.commit(options.sync);
}

void resume_to_file(const Bucket& bucket, const FileInfo& source, util::Target target,
                    const LocalFileOptions& options) {
  auto download = bucket.open_download_stream(source);
  util::ResumableFile file(std::move(target), options.existing, source_of(source), options.stop);
  download.seek(file.size());
  copy(download, [&](auto chunk) { file.write(chunk); });
  try {
    compare_checksum(source, file.sha256());
  } catch (...) {
    file.discard();
    throw;
  }
  preserve_date(source, file, options);
  file.commit();
}

}  // namespace

HashBeside::Mode hash_mode_for(const FileInfo& file, int jobs) {
  if (!stored_sha256(file)) return HashBeside::Mode::off;
  return jobs > 1 ? HashBeside::Mode::beside : HashBeside::Mode::in_turn;
}

void download_to_file(const Bucket& bucket, const FileInfo& source, util::Target target,
                      const LocalFileOptions& options, HashBeside::Mode mode) {
  if (options.resume) return resume_to_file(bucket, source, std::move(target), options);
  util::OutputFile file(std::move(target), options.existing, options.stop);
  if (mode == HashBeside::Mode::off && file.seekable()) {
    bucket.download_to(source, [&](std::int64_t offset, auto bytes) { file.write_at(offset, bytes); });
  } else {
    auto download = bucket.open_download_stream(source);
    HashBeside hash(mode);
    copy_hashed(download, hash, [&](auto chunk) { file.write(chunk); });
    compare(source, hash);
  }
  finish(source, file, options);
}

void write_to_file(const FileInfo& source, std::span<const std::byte> content, util::Target target,
                   const LocalFileOptions& options) {
  if (stored_sha256(source)) {
    util::Sha256 hash;
    hash.update(content);
    compare_checksum(source, hash.hex());
  }
  util::OutputFile file(std::move(target), options.existing, options.stop);
  file.write(content);
  finish(source, file, options);
}

void download_to_output(const Bucket& bucket, const FileInfo& source, Output& output, HashBeside::Mode mode) {
  auto download = bucket.open_download_stream(source);
  HashBeside hash(mode);
  copy_hashed(download, hash, [&](auto chunk) { output.write(chunk); });
  compare(source, hash);
}

}  // namespace gridfs::cli
