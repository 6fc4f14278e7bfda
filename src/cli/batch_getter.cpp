#include "cli/batch_getter.hpp"

#include <utility>

#include "gridfs/error.hpp"

#include "cli/file_text.hpp"
#include "cli/get_report.hpp"
#include "cli/messages.hpp"
#include "cli/newest_revision.hpp"
#include "util/local_error.hpp"

namespace gridfs::cli {

namespace {

bool is_for_all(const std::exception_ptr& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& failure) {
    return cli::is_for_all(failure);
  }
}

}  // namespace

BatchGetter::BatchGetter(const GetOptions& options, Context& context, OperandTally& tally, bool newest)
    : options_(options), context_(context), tally_(tally), newest_(newest), bucket_(context.bucket(Access::read)) {
  local_.existing = options.existing();
  local_.preserve = options.preserve;
  local_.stop = context.stop();
  local_.sync = [this](const util::UniqueFd& directory, const std::string& shown) { syncs_.add(directory, shown); };
}

void BatchGetter::add(const FileInfo& file, LocalTarget target) {
  if (paths_.contains(target.path())) fetch();
  check_checksum(file, options_);
  check_absent(target, options_);
  const std::int64_t length = file.length();
  if (context_.options().dry_run) {
    say_would_write(file, target.path());
    return tally_.succeeded();
  }
  bytes_ += length;
  document_bytes_ += file.document().bytes().size();
  paths_.insert(target.path());
  wanted_.push_back({file, std::move(target), length <= max_small_file, false, nullptr});
  if (is_full()) fetch();
}

// So many that they travel well together, and so few that they are soon there and take little memory.
bool BatchGetter::is_full() const noexcept {
  constexpr std::size_t most_files = 4'000;
  constexpr std::size_t most_document_bytes = std::size_t{2} << 20;
  constexpr std::int64_t most_bytes = std::int64_t{64} << 20;
  return wanted_.size() >= most_files || document_bytes_ >= most_document_bytes || bytes_ >= most_bytes;
}

void BatchGetter::fetch() {
  std::vector<Wanted> wanted = std::exchange(wanted_, {});
  paths_.clear();
  bytes_ = 0;
  document_bytes_ = 0;
  fetch_small(wanted);
  for (Wanted& one : wanted) {
    if (!one.written) fetch_alone(one);
  }
  conclude(wanted);
}

void BatchGetter::fetch_small(std::vector<Wanted>& wanted) {
  std::vector<FileInfo> files;
  std::vector<Wanted*> small;
  for (Wanted& one : wanted) {
    if (!one.small) continue;
    files.push_back(one.file);
    small.push_back(&one);
  }
  try {
    // Called from several threads, but once for each file.
    bucket_.download_each(files,
                          [&](std::size_t i, std::span<const std::byte> content, const std::exception_ptr& error) {
                            Wanted& one = *small[i];
                            one.error = error;
                            if (!error) write(one, content);
                          });
  } catch (const util::LocalError&) {
    // There is no room for any: said of the file that it has met.
  } catch (const ServerError& error) {
    say_info(std::string(error.what()) + ": fetching them one by one");
  } catch (const Error&) {
    tally_.failed(std::current_exception());
  }
}

void BatchGetter::write(Wanted& one, std::span<const std::byte> content) const {
  try {
    write_to_file(one.file, content, one.target.open(local_.sync), local_);
    one.written = true;
  } catch (...) {
    one.error = std::current_exception();
    if (is_for_all(one.error)) throw;
  }
}

void BatchGetter::fetch_alone(Wanted& one) {
  const bool has_failed = one.error && (!tally_.is_hopeless() || !is_for_all(one.error));
  if (tally_.is_hopeless() && !has_failed) return tally_.skip();
  try {
    if (tally_.is_hopeless() || is_for_all(one.error)) std::rethrow_exception(one.error);
    fetch_file(one);
    one.written = true;
  } catch (...) {
    tally_.failed(std::current_exception(), one.file.filename().value_or(describe_file(one.file)));
  }
}

void BatchGetter::fetch_file(Wanted& one) {
  const auto fetch = [&](const FileInfo& file) {
    if (const auto error = std::exchange(one.error, nullptr)) std::rethrow_exception(error);
    check_checksum(file, options_);
    const auto mode = hash_mode_for(file, static_cast<int>(context_.options().jobs));
    download_to_file(bucket_, file, one.target.open(local_.sync), local_, mode);
  };
  if (newest_) {
    fetch_newest(bucket_, one.file, fetch);
  } else {
    fetch(one.file);
  }
}

void BatchGetter::conclude(const std::vector<Wanted>& wanted) {
  try {
    syncs_.flush();
  } catch (const util::LocalError&) {
    return tally_.failed(std::current_exception());
  }
  for (const Wanted& one : wanted) {
    if (!one.written) continue;
    say_written(one.file, one.target.path(), context_);
    tally_.succeeded();
  }
}

}  // namespace gridfs::cli
