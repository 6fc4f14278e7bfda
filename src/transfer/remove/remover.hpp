/// Removing files by their ids, many at once.
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "transfer/listener.hpp"
#include "transfer/tally.hpp"

namespace gridfs::transfer {

/// Does not look files up: an id whose files document is gone still loses its chunks. Outcomes go to a tally. Memory is
/// bounded.
class Remover {
 public:
  /// @param bucket          must outlive it, as must `tally`
  /// @param ignore_missing  that a file is not there is no failure
  Remover(const Bucket& bucket, Tally& tally, bool ignore_missing = false)
      : bucket_(bucket), tally_(tally), ignore_missing_(ignore_missing) {}

  /// Adds a file that the user has named.
  void add(const Value& id, const std::string& operand) { add({{id, std::nullopt}, operand, false}); }

  /// Adds a file that was listed: that it is gone is no failure. Its document, which could be large, is not kept.
  void add(const FileInfo& file);

  /// Removes those that were added.
  void flush();

 private:
  struct File {
    Removed removed;
    std::string shown;
    bool listed;
  };

  void add(File file);
  void conclude(const File& file, const std::exception_ptr& error);

  const Bucket& bucket_;
  Tally& tally_;
  bool ignore_missing_;
  std::vector<File> files_;
  std::size_t bytes_ = 0;
};

}  // namespace gridfs::transfer
