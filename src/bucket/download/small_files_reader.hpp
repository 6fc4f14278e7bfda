/// Fetches small files whose chunks come with one query.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

#include "bucket/files/file_shape.hpp"
#include "bucket/operation.hpp"

namespace gridfs::detail {

struct SmallFile {
  /// Which of the files that were asked for.
  std::size_t index;
  FileShape shape;
  std::string description;
  /// Delivered already, content or error.
  bool delivered = false;
  /// Something about it is odd: to be read alone, which says what.
  bool alone = false;
};

/// Used by one thread.
class SmallFilesReader {
 public:
  /// @param files  of one `_id` each, no two alike, none of them empty
  SmallFilesReader(std::shared_ptr<const Bucket::Impl> bucket, std::vector<SmallFile> files,
                   const Bucket::Receive& receive);

  /// Delivers each file once.
  void run();

 private:
  void read_together(const Attempt& attempt);
  void take(const bson_t* chunk);
  void conclude();
  void read_alone(SmallFile& file);
  void deliver(SmallFile& file, const std::exception_ptr& error);

  std::shared_ptr<const Bucket::Impl> bucket_;
  std::vector<SmallFile> files_;
  const Bucket::Receive& receive_;
  std::map<Value, SmallFile*> by_id_;
  SmallFile* current_ = nullptr;  // whose chunks are coming
  std::int64_t next_ = 0;         // the chunk of it that is due
  std::vector<std::byte> content_;
};

}  // namespace gridfs::detail
