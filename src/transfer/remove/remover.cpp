#include "transfer/remove/remover.hpp"

#include <utility>

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"

namespace gridfs::transfer {

void Remover::add(const FileInfo& file) { add({{file.id(), file.filename().value_or("")}, describe_file(file), true}); }

void Remover::add(File file) {
  constexpr std::size_t most_at_once = 1'000;
  constexpr std::size_t most_bytes = std::size_t{2} << 20;
  bytes_ += file.shown.size();  // which has the id and the name
  files_.push_back(std::move(file));
  if (files_.size() >= most_at_once || bytes_ >= most_bytes) flush();
}

void Remover::flush() {
  const auto files = std::exchange(files_, {});
  bytes_ = 0;
  if (files.empty()) return;
  std::vector<Value> ids;
  ids.reserve(files.size());
  for (const File& file : files) ids.push_back(*file.removed.id);
  const auto outcomes = bucket_.delete_files(ids);
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (tally_.must_stop()) return tally_.skip(files.size() - i);
    conclude(files[i], outcomes[i]);
  }
}

void Remover::conclude(const File& file, const std::exception_ptr& error) {
  tally_.attempt(file.shown, [&] {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const FileNotFound&) {
      if (!file.listed && !ignore_missing_) throw;
      return tally_.listener().note(file.shown + " is not there");
    }
    tally_.listener().note("removed " + (file.listed ? file.shown : "file " + format_id(*file.removed.id)));
    tally_.listener().removed(file.removed);
  });
}

}  // namespace gridfs::transfer
