/// A command line that is wrong.
#pragma once

#include <stdexcept>

namespace gridfs::cli {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace gridfs::cli
