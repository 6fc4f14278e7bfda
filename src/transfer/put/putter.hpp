/// Stores the files of put one after the other, small ones in batches.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "transfer/put/put.hpp"
#include "util/fs/input.hpp"
#include "util/process/rate_limit.hpp"
#include "util/text/sha256.hpp"

namespace gridfs::transfer {

struct PutSource {
  /// Where it is. Not looked at with PutSettings::from_command.
  std::string path;
  /// Under which name it is stored.
  std::string name;
  /// Instead of the path.
  bool is_standard_input = false;
  /// The directory below which a walk has found it; no symbolic link below that is followed.
  std::optional<std::string> below{};
  /// What its upload date is to be later than, even if that is in the future.
  std::optional<DateTime> after{};
};

class Putter {
 public:
  /// All must outlive it.
  /// @param batch  small files are sent together; their outcomes are then reported later
  Putter(const Bucket& bucket, const Bucket& read_back, const PutSettings& settings, Tally& tally, bool batch);

  /// Stores a file, or adds it to those that are sent together. A failure goes to the tally.
  void put(const PutSource& source);

  /// Call it once, at the end: all outcomes are in the tally then.
  void finish();

  /// Call it where put() or finish() has thrown: reports the files that were on their way.
  void settle() noexcept;

 private:
  // A small file on its way.
  struct Pending {
    std::string shown;
    std::optional<std::string> sha256;
  };

  void put_waiting();
  void flush_batch();
  void after_batch();
  bool exists_by_now(const std::string& name);
  void warn_of_name(const std::string& name) const;
  void put(const PutSource& source, bool exists);
  [[nodiscard]] util::Input input_of(const PutSource& source) const;
  [[nodiscard]] UploadOptions upload_options(const util::Input& input, const PutSource& source) const;
  [[nodiscard]] bool must_hash() const noexcept { return settings_.checksum || settings_.verify; }
  bool add_to_batch(util::Input& input, const PutSource& source);
  void conclude(const BatchOutcome& outcome);
  void copy(util::Input& input, UploadStream& upload, std::optional<util::Sha256>& hash);
  FileInfo store(util::Input& input, const PutSource& source);
  void abort(UploadStream& upload);
  UploadStream open(const util::Input& input, const PutSource& source);
  void verify(const FileInfo& stored, const std::string& sent);
  void plan(const util::Input& input, const PutSource& source);
  void check_unchanged(const util::Input& input) const;

  const Bucket& bucket_;
  const Bucket& read_back_;
  const PutSettings& settings_;
  Tally& tally_;
  Listener& listener_;
  util::RateLimit limit_;
  std::optional<BatchUpload> batch_;
  std::deque<Pending> pending_;
  std::exception_ptr ending_;       // thrown once all outcomes are reported
  std::vector<PutSource> waiting_;  // until it is known whether their names exist
  std::vector<std::byte> small_file_;
};

}  // namespace gridfs::transfer
