/// The outcomes of a command's operands: on standard output, on standard error, and as the exit status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/output/messages.hpp"
#include "transfer/listener.hpp"
#include "transfer/lookup.hpp"
#include "transfer/tally.hpp"

namespace gridfs::cli {

class Report : public transfer::Listener {
 public:
  /// @param context  must outlive it
  /// @param files    how many there are, if that is known
  /// @param silent   do not print what was stored
  explicit Report(Context& context, std::optional<std::size_t> files = {}, bool silent = false)
      : context_(context), silent_(silent) {
    if (files) context_.progress().expect(*files);
  }

  void started(const std::string& name, std::optional<std::int64_t> size) override {
    context_.progress().started(name, size);
  }
  void unchanged() override { context_.progress().finished(); }
  void stored(const FileInfo& file) override;
  void flush() override;
  void written(const FileInfo& file, const std::string& path) override;
  void removed(const transfer::Removed& removed) override;
  void removed_local(const std::string& path) override;
  void would(const std::string& action) override { say_always("would " + action); }
  void skipped(const std::string& what, const std::string& reason) override {
    say_warning(what + ": skipped: " + reason);
  }
  void note(const std::string& message) override { say_info(message); }
  void data_warning(const std::string& message) override { say_data_warning(message); }
  void failing(const std::string& message) override { say_error(message); }
  void failed(const std::exception& failure, const std::string& operand) override;

  /// Reports how many operands were skipped and why, if any were.
  /// @param operands   what they are: `operands`, `files`
  /// @param recursive  they were prefixes, and files below them may not even have been listed
  /// @return  done; or some_failed; or, where all failed, the status that they share, else failure
  [[nodiscard]] ExitCode conclude(const transfer::Tally& tally, const std::string& operands,
                                  bool recursive = false) const;

 private:
  template <typename Write>
  void write_stored(Write write);

  Context& context_;
  bool silent_;
  std::optional<ExitCode> failure_;
};

/// transfer::for_each_file(), one after the other, with a Report. Call Context::bucket() before.
ExitCode for_each_file(const transfer::Lookup& lookup, Context& context,
                       const std::function<void(const FileInfo&)>& step);

/// transfer::for_each_operand(), with a Report.
ExitCode for_each_operand(const std::vector<std::string>& operands, Context& context,
                          const std::function<void(std::size_t)>& step);

}  // namespace gridfs::cli
