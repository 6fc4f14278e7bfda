/// A download that can be broken off and gone on with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>

#include "util/fs/output_file.hpp"
#include "util/process/end_action.hpp"
#include "util/text/sha256.hpp"

namespace gridfs::util {

/// An OutputFile that leaves what it has got behind when it is destroyed without commit(): the bytes in
/// `.NAME.gridfs-part` beside the target, and in `.NAME.gridfs-part.state` what they are of, how many they are and
/// their SHA-256. The next one for the same target and source goes on behind them, if they are still those very bytes;
/// otherwise it begins anew. A process that is killed leaves a state that says nothing, so that nothing is trusted.
/// One that ends with EndAction::run_all() leaves it. Not safe to share between threads.
class ResumableFile {
 public:
  /// @param source  one line that tells one source from all others
  /// @throws LocalError  as OutputFile; EBUSY: another download to that target is under way
  ResumableFile(Target target, OutputFile::Existing existing, std::string source, std::stop_token stop = {});
  ~ResumableFile();
  ResumableFile(const ResumableFile&) = delete;
  ResumableFile& operator=(const ResumableFile&) = delete;
  ResumableFile(ResumableFile&&) = delete;
  ResumableFile& operator=(ResumableFile&&) = delete;

  /// How many bytes are there: go on at this offset.
  [[nodiscard]] std::int64_t size() const noexcept { return size_; }

  /// Of the bytes that are there.
  [[nodiscard]] std::string sha256() const { return hash_.hex(); }

  void write(std::span<const std::byte> bytes);

  /// Leaves nothing behind after all: the bytes are wrong.
  void discard() noexcept { size_ = 0; }

  /// As OutputFile.
  void set_modified(std::int64_t milliseconds) { file_.set_modified(milliseconds); }
  void commit();

 private:
  void take_up();
  void leave_state() noexcept;
  void write_state(std::string text) const;
  void remove_state() const noexcept;

  std::string source_;
  std::string part_name_;
  OutputFile file_;
  Sha256 hash_;
  std::int64_t size_ = 0;
  bool committed_ = false;
  std::mutex mutex_;  // between write() and what the end of the process calls
  EndAction leave_at_end_{[this] {
    mutex_.lock();  // for good
    leave_state();
  }};
};

}  // namespace gridfs::util
