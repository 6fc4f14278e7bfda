/// A download that can be interrupted and resumed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "util/fs/output_file.hpp"
#include "util/process/process_end.hpp"
#include "util/text/sha256.hpp"

namespace gridfs::util {

/// An OutputFile that keeps what it has got when it is destroyed without commit(): the bytes in `.NAME.gridfs-part`
/// beside the target, and in `.NAME.gridfs-part.state` their source, their number and their SHA-256. The next one for
/// the same target and source continues behind them, if they have not changed; otherwise it begins anew. A process that
/// is killed leaves an empty state, so that nothing is trusted; one that ends with EndAction::run_all() keeps what it
/// has got. Not safe to share between threads.
class ResumableFile {
 public:
  /// @param source  one line that identifies the source
  /// @param mode    as OutputFile
  /// @throws LocalError  as OutputFile; EBUSY: another download to that target is under way
  ResumableFile(Target target, OutputFile::Existing existing, std::string source, std::stop_token stop = {},
                std::optional<mode_t> mode = {});
  ~ResumableFile();

  /// How many bytes are there: continue at this offset.
  [[nodiscard]] std::int64_t size() const noexcept { return size_; }

  /// Of the bytes that are there.
  [[nodiscard]] std::string sha256() const { return hash_.hex(); }

  void write(std::span<const std::byte> bytes);

  /// The bytes are wrong: nothing is kept.
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
  bool has_state_ = false;
  std::mutex mutex_;  // between write() and what the end of the process calls
  EndAction leave_at_end_{[this] {
    mutex_.lock();  // for good
    leave_state();
  }};
};

}  // namespace gridfs::util
