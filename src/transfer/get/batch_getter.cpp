#include "transfer/get/batch_getter.hpp"

#include <system_error>
#include <utility>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::transfer {

BatchGetter::BatchGetter(const Bucket& bucket, const GetSettings& settings, Tally& tally)
    : bucket_(bucket),
      settings_(settings),
      tally_(tally),
      getter_(bucket, settings, tally.listener(),
              [this](const util::UniqueFd& directory, const std::string& shown) { syncs_.add(directory, shown); }),
      commits_(getter_.sync_directory()) {}

bool BatchGetter::Batch::is_full() const noexcept {
  constexpr std::size_t most_files = 4'000;
  constexpr std::size_t most_document_bytes = std::size_t{2} << 20;
  constexpr std::int64_t most_bytes = std::int64_t{64} << 20;
  return wanted.size() >= most_files || document_bytes >= most_document_bytes || bytes >= most_bytes;
}

void BatchGetter::add(const FileInfo& file, LocalTarget target) {
  if (batch_.paths.contains(target.path())) fetch();
  if (getter_.skips(file, target)) return tally_.succeeded();
  getter_.check(file, target);
  // Of many files none waits for the reader of a FIFO unasked.
  if (!settings_.force && target.exists()) throw util::TargetExists(target.path());
  const std::int64_t length = file.length();
  if (settings_.dry_run) return plan(file, target);
  batch_.bytes += length;
  batch_.document_bytes += file.document().bytes().size();
  batch_.paths.insert(target.path());
  batch_.wanted.push_back({file, std::move(target), length <= max_small_file, false, nullptr});
  if (batch_.is_full()) fetch();
}

void BatchGetter::plan(const FileInfo& file, const LocalTarget& target) {
  tally_.listener().would("write " + describe_file(file) + " to " + target.path());
  tally_.succeeded();
}

void BatchGetter::fetch() {
  std::vector<Wanted> wanted = std::exchange(batch_, {}).wanted;
  fetch_small(wanted);
  commits_.commit();
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
  const auto note = [&](const std::exception& error) {
    tally_.listener().note(std::string(error.what()) + ": fetching them one by one");
  };
  try {
    // Called from several threads, but once for each file.
    bucket_.download_each(files,
                          [&](std::size_t i, std::span<const std::byte> content, const std::exception_ptr& error) {
                            Wanted& one = *small[i];
                            one.error = error;
                            if (!error) write(one, content);
                          });
  } catch (const util::LocalError&) {
    // There is no space for any: reported for the file at which it was noticed.
  } catch (const ServerError& error) {
    note(error);
  } catch (const std::system_error& error) {
    note(error);  // there may be no more threads
  } catch (const Error&) {
    tally_.failed(std::current_exception());
  }
}

void BatchGetter::write(Wanted& one, std::span<const std::byte> content) {
  try {
    tally_.listener().started(shown_name(one.file), std::nullopt);
    commits_.add(getter_.write(one.file, content, one.target), [&one](const std::exception_ptr& error) {
      one.error = error;
      one.written = !error;
    });
  } catch (...) {
    one.error = std::current_exception();
    if (affects_all(one.error)) throw;
  }
}

void BatchGetter::fetch_alone(Wanted& one) {
  const bool has_failed = one.error && (!tally_.must_stop() || !affects_all(one.error));
  if (tally_.must_stop() && !has_failed) return tally_.skip();
  try {
    if (tally_.must_stop() || affects_all(one.error)) std::rethrow_exception(one.error);
    getter_.get(one.file, one.target, one.error);
    one.written = true;
  } catch (...) {
    tally_.failed(std::current_exception(), shown_name(one.file));
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
    getter_.report(one.file, one.target);
    tally_.succeeded();
  }
}

}  // namespace gridfs::transfer
