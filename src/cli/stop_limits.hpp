/// How long the program may take to end once a signal has asked it to.
#pragma once

#include <stop_token>
#include <thread>

#include "util/signals.hpp"

namespace gridfs::cli {

/// While it lives, and once a signal has come: whoever still waits for a server after a second is woken, so that what
/// was stored can be taken back over new connections; after ten more the process ends by that signal as it is.
class StopLimits {
 public:
  /// @param signals  must outlive it
  explicit StopLimits(const util::SignalWatcher& signals);

 private:
  static void watch(const std::stop_token& ended, const util::SignalWatcher& signals);

  std::jthread thread_;
};

}  // namespace gridfs::cli
