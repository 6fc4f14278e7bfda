#include "transfer/checksum.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "util/fs/input.hpp"

namespace gridfs::transfer {

HashingThread::~HashingThread() {
  bytes_ = {};
  given_.release();
}

void HashingThread::update(std::span<const std::byte> bytes, const std::function<void()>& meanwhile) {
  if (bytes.empty()) return meanwhile();
  bytes_ = bytes;
  given_.release();
  const struct WaitAtEnd {
    std::binary_semaphore& hashed;
    ~WaitAtEnd() { hashed.acquire(); }
  } wait{hashed_};
  meanwhile();
}

void HashingThread::run() {
  for (given_.acquire(); !bytes_.empty(); given_.acquire()) {
    hash_.update(bytes_);
    hashed_.release();
  }
}

namespace {

std::optional<Value> stored_checksum(const FileInfo& file) {
  const auto metadata = file.metadata();
  return metadata ? metadata->find("sha256") : std::nullopt;
}

}  // namespace

std::optional<std::string> stored_sha256(const FileInfo& file) {
  constexpr std::size_t digits = 64;
  const auto value = stored_checksum(file);
  auto text = value ? value->as_string() : std::nullopt;
  if (!text || text->size() != digits) return std::nullopt;
  for (char& digit : *text) {
    const auto byte = static_cast<unsigned char>(digit);
    if (std::isxdigit(byte) == 0) return std::nullopt;
    digit = static_cast<char>(std::tolower(byte));
  }
  return text;
}

std::optional<std::string> checksum_warning(const FileInfo& file) {
  if (stored_sha256(file) || !stored_checksum(file)) return std::nullopt;
  return describe_file(file) + ": metadata.sha256 is not valid, and is ignored";
}

void require_checksum(const FileInfo& file) {
  if (stored_sha256(file)) return;
  throw Error(describe_file(file) +
              (stored_checksum(file) ? ": the stored checksum is not valid" : ": no checksum is stored with it"));
}

std::optional<std::string> checksum_mismatch(const FileInfo& file, const std::string& sha256) {
  const auto stored = stored_sha256(file);
  if (!stored || *stored == sha256) return std::nullopt;
  return "SHA-256 is " + sha256 + ", not " + *stored + " as stored with it";
}

void compare_checksum(const FileInfo& file, const std::string& sha256) {
  if (const auto mismatch = checksum_mismatch(file, sha256)) {
    throw CorruptFile(describe_file(file) + ": its " + *mismatch);
  }
}

std::string sha256_of(std::span<const std::byte> bytes) {
  util::Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string sha256_of_input(util::Input input, const std::stop_token& stop) {
  util::Sha256 hash;
  std::vector<std::byte> buffer(std::size_t{1} << 20);
  while (const std::size_t count = input.read(buffer, stop)) hash.update(std::span(buffer).first(count));
  return hash.hex();
}

std::string sha256_of_stored(const Bucket& bucket, const FileInfo& file,
                             const std::function<void(std::size_t)>& passed) {
  util::Sha256 hash;
  auto download = bucket.open_download_stream(file);
  for (auto chunk = download.read_chunk(); !chunk.empty(); chunk = download.read_chunk()) {
    hash.update(chunk);
    passed(chunk.size());
  }
  return hash.hex();
}

}  // namespace gridfs::transfer
