/// The files that a sync may remove in the end.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "gridfs/document.hpp"

namespace gridfs::transfer {

/// A list of any length, kept in a temporary file that has no name.
class ExtraFiles {
 public:
  struct File {
    std::string name;
    /// When it was modified, or stored: what is newer is another one.
    DateTime time;
  };

  /// @throws util::LocalError
  void add(const File& file);

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }

  /// Gives all of them, in the order of adding. Nothing may be added afterwards.
  /// @throws util::LocalError
  void each(const std::function<void(const File& file)>& take);

 private:
  struct Closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };

  std::unique_ptr<std::FILE, Closer> list_;
  std::int64_t count_ = 0;
};

}  // namespace gridfs::transfer
