/// SHA-256 of files on their way, and where it is stored: `metadata.sha256`, 64 hexadecimal digits.
#pragma once

#include <cstddef>
#include <future>
#include <optional>
#include <span>
#include <string>

#include "gridfs/bucket.hpp"

#include "util/sha256.hpp"

namespace gridfs::cli {

/// Hashes bytes, if it is wanted, while the caller does something else with them.
class HashBeside {
 public:
  enum class Mode { off, in_turn, beside };

  explicit HashBeside(Mode mode);

  /// Begins to hash. The bytes must outlive what is returned, whose destructor waits; where nothing runs beside the
  /// caller, it is not valid().
  [[nodiscard]] std::future<void> begin(std::span<const std::byte> bytes);

  /// Empty with Mode::off.
  [[nodiscard]] std::optional<std::string> hex() const;

 private:
  Mode mode_;
  std::optional<util::Sha256> hash_;
};

/// What is stored, in lower case; empty if nothing is, or nothing that is a SHA-256.
std::optional<std::string> stored_sha256(const FileInfo& file);

/// @throws CorruptFile  a checksum is stored, and it is another one
void compare_checksum(const FileInfo& file, const std::string& sha256);

/// Reads a stored file whole. Throws as DownloadStream.
std::string sha256_of_stored(const Bucket& bucket, const FileInfo& file);

}  // namespace gridfs::cli
