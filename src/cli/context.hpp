/// What a command works with.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "gridfs/bucket.hpp"

#include "cli/options/connection.hpp"
#include "cli/options/global_options.hpp"
#include "cli/output/output.hpp"
#include "cli/shutdown.hpp"
#include "util/process/process_end.hpp"

namespace gridfs::cli {

class Context {
 public:
  /// @param options  must outlive it, as must `shutdown`
  Context(const GlobalOptions& options, Shutdown& shutdown)
      : options_(options), shutdown_(shutdown), stop_(shutdown.token()), output_(stop_) {}
  ~Context() { shutdown_.set_client(nullptr); }

  [[nodiscard]] const GlobalOptions& options() const noexcept { return options_; }
  [[nodiscard]] const std::stop_token& stop() const noexcept { return stop_; }
  Output& output() noexcept { return output_; }

  [[nodiscard]] ProgressDisplay& progress() noexcept { return shutdown_.progress(); }

  /// The bucket that the options name; opened by the first call.
  /// @throws ConfigurationError, UsageError, util::LocalError, util::Interrupted
  const Bucket& bucket(Access access);

  /// The same bucket, read from the primary, which has what was just stored. Call it after bucket().
  [[nodiscard]] Bucket primary_bucket();

  /// `db.fs`, which messages name. Call it after bucket().
  [[nodiscard]] std::string bucket_name() const { return database() + '.' + options_.bucket.name; }

  /// Where the connection string that was read last comes from; empty once there are two.
  [[nodiscard]] const std::string& uri_source() const noexcept { return uri_source_; }

  /// Says that operands are `_id`s, and what to use for a name instead; empty: nothing.
  void expect_ids(std::string for_names) { for_names_ = std::move(for_names); }

  /// What to use for a name; to be asked once, so that of many ids that are not found only one is looked up as a name.
  std::optional<std::string> take_advice_for_names() { return std::exchange(for_names_, std::nullopt); }

  /// Says that operands are local files, and how to give a directory instead.
  void expect_local_files(std::string for_directories) { for_directories_ = std::move(for_directories); }

  /// Empty: no operand may be a directory.
  [[nodiscard]] const std::string& advice_for_directories() const noexcept { return for_directories_; }

  /// Another bucket, to copy to. The writes to it are those that the end of the program waits for. Call it after
  /// bucket().
  /// @throws as bucket(), and UsageError  it is the same bucket
  [[nodiscard]] Bucket target_bucket(const TargetOptions& target);

 private:
  [[nodiscard]] std::string database() const;
  void report_time_limit() noexcept;

  const GlobalOptions& options_;
  Shutdown& shutdown_;
  std::stop_token stop_;
  Output output_;
  util::EndAction at_end_{[this] { report_time_limit(); }};
  std::string uri_;
  std::string uri_source_;
  std::optional<std::string> for_names_;
  std::string for_directories_;
  std::optional<Client> client_;
  std::optional<Client> target_client_;  // of another deployment
  std::optional<Bucket> bucket_;
};

}  // namespace gridfs::cli
