/// SHA-256 of files that are transferred. It is stored in `metadata.sha256`, as 64 hexadecimal digits.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <semaphore>
#include <span>
#include <stop_token>
#include <string>
#include <thread>

#include "gridfs/bucket.hpp"

#include "util/fs/input.hpp"
#include "util/text/sha256.hpp"

namespace gridfs::transfer {

/// Hashes in its own thread, while the caller does something else with the same bytes.
class HashingThread {
 public:
  ~HashingThread();

  /// Hashes bytes while `meanwhile` runs. Both are done when it returns, or throws what `meanwhile` has thrown.
  void update(std::span<const std::byte> bytes, const std::function<void()>& meanwhile);

  [[nodiscard]] std::string hex() const { return hash_.hex(); }

 private:
  void run();

  util::Sha256 hash_;
  std::span<const std::byte> bytes_;  // empty: it ends
  std::binary_semaphore given_{0};
  std::binary_semaphore hashed_{0};
  std::jthread thread_{[this] { run(); }};
};

/// The stored one, in lower case; empty if there is none, or it is not a SHA-256.
std::optional<std::string> stored_sha256(const FileInfo& file);

/// That one is stored which is not a SHA-256, and is ignored; empty if none is.
std::optional<std::string> checksum_warning(const FileInfo& file);

/// @throws Error  none is stored, or it is not a SHA-256
void require_checksum(const FileInfo& file);

/// How the checksum that is stored differs; empty if it does not, or none is stored.
std::optional<std::string> checksum_mismatch(const FileInfo& file, const std::string& sha256);

/// @throws CorruptFile  a checksum is stored, and it is another one
void compare_checksum(const FileInfo& file, const std::string& sha256);

std::string sha256_of(std::span<const std::byte> bytes);

/// Reads it whole. Throws as util::Input.
std::string sha256_of_input(util::Input input, const std::stop_token& stop);

/// Reads a stored file whole. Throws as DownloadStream.
/// @param passed  is called with the number of bytes of each part
std::string sha256_of_stored(
    const Bucket& bucket, const FileInfo& file, const std::function<void(std::size_t)>& passed = [](std::size_t) {});

}  // namespace gridfs::transfer
