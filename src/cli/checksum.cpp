#include "cli/checksum.hpp"

#include <algorithm>
#include <cctype>

#include "gridfs/error.hpp"

#include "cli/file_text.hpp"

namespace gridfs::cli {

HashBeside::HashBeside(Mode mode) : mode_(mode) {
  if (mode != Mode::off) hash_.emplace();
}

std::future<void> HashBeside::begin(std::span<const std::byte> bytes) {
  if (mode_ == Mode::beside) return std::async(std::launch::async, [this, bytes] { hash_->update(bytes); });
  if (mode_ == Mode::in_turn) hash_->update(bytes);
  return {};
}

std::optional<std::string> HashBeside::hex() const {
  if (!hash_) return std::nullopt;
  return hash_->hex();
}

std::optional<std::string> stored_sha256(const FileInfo& file) {
  constexpr std::size_t digits = 64;
  const auto metadata = file.metadata();
  const auto value = metadata ? metadata->find("sha256") : std::nullopt;
  auto text = value ? value->as_string() : std::nullopt;
  if (!text || text->size() != digits) return std::nullopt;
  for (char& digit : *text) {
    const auto byte = static_cast<unsigned char>(digit);
    if (std::isxdigit(byte) == 0) return std::nullopt;
    digit = static_cast<char>(std::tolower(byte));
  }
  return text;
}

void compare_checksum(const FileInfo& file, const std::string& sha256) {
  const auto stored = stored_sha256(file);
  if (!stored || *stored == sha256) return;
  throw CorruptFile(describe_file(file) + ": its SHA-256 is " + sha256 + ", not " + *stored + " as stored with it");
}

std::string sha256_of_stored(const Bucket& bucket, const FileInfo& file) {
  util::Sha256 hash;
  auto download = bucket.open_download_stream(file);
  for (auto chunk = download.read_chunk(); !chunk.empty(); chunk = download.read_chunk()) hash.update(chunk);
  return hash.hex();
}

}  // namespace gridfs::cli
