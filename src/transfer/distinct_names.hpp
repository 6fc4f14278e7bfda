/// Notices what comes for the second time in one command.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "transfer/listener.hpp"
#include "util/text/name_set.hpp"

namespace gridfs::transfer {

/// Of the first million; a warning says where there are more.
class DistinctNames {
 public:
  /// @param may_repeat  false: they need not be looked at
  /// @param what        they are, for the warning: `names`
  /// @param listener    must outlive it
  DistinctNames(bool may_repeat, std::string what, Listener& listener)
      : may_repeat_(may_repeat), what_(std::move(what)), listener_(listener) {}

  /// Whether it comes for the first time.
  bool is_new(const std::string& name) {
    if (!may_repeat_) return true;
    if (!names_.is_full()) return names_.insert(name);
    may_repeat_ = false;
    listener_.data_warning("more than " + std::to_string(most_names) + " files: further " + what_ +
                           " are not checked for duplicates");
    return true;
  }

 private:
  static constexpr std::size_t most_names = 1'000'000;  // in 16 MiB

  bool may_repeat_;
  std::string what_;
  Listener& listener_;
  util::NameSet names_{most_names};
};

}  // namespace gridfs::transfer
