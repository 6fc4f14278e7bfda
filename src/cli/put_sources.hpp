/// The files that put is to store.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "cli/operands.hpp"
#include "cli/put_options.hpp"

namespace gridfs::cli {

struct PutSource {
  /// Where it is; `-` is standard input.
  std::string path;
  /// Under which name it is stored.
  std::string name;
};

/// Calls `put` for each file that the operands and the lists name, and with --recursive for those below directories
/// that pass the filter. What cannot be read is a failure in `tally`; once that is hopeless, the rest is only counted
/// there.
/// @throws UsageError, util::LocalError  a list cannot be read
void each_put_source(const PutOptions& options, const std::stop_token& stop, OperandTally& tally,
                     const std::function<void(const PutSource&)>& put);

}  // namespace gridfs::cli
