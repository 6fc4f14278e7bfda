/// What could complete the beginning of a stored name or of an `_id`, for the completion in shells. The bucket is asked
/// a few times at most for each, so that it is fast whatever is stored.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gridfs/bucket.hpp"

namespace gridfs::transfer {

enum class Level { names_and_directories, directories };

/// The names that begin like this, but only the directory of those that go on behind another slash: of `a`, `b/c` and
/// `b/d` these are `a` and `b/`.
[[nodiscard]] std::vector<std::string> name_candidates(const Bucket& bucket, const std::string& start, Level level,
                                                       std::size_t most);

struct IdCandidate {
  std::string id;    ///< as by format_id()
  std::string name;  ///< empty where the file has none
};

/// The `_id`s that begin like this, the largest first, which are the newest ObjectIds.
[[nodiscard]] std::vector<IdCandidate> id_candidates(const Bucket& bucket, const std::string& start, std::size_t most);

}  // namespace gridfs::transfer
