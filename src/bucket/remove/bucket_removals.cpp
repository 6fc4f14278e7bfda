// Removing many files with few messages.
#include <algorithm>
#include <iterator>
#include <memory>
#include <set>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/chunks/chunk_layout.hpp"
#include "bucket/chunks/stored_chunks.hpp"
#include "bucket/files/files_lookup.hpp"
#include "bucket/operation.hpp"

namespace gridfs {

namespace {

using detail::Bson;
using detail::Collection;
using detail::Operation;
using Outcomes = std::span<std::exception_ptr>;

std::string removing(const Value& id) { return "removing " + detail::describe(id); }

std::string removing(std::span<const Value> ids) { return detail::describe_all(removing(ids.front()), ids.size()); }

// About how many chunks a file has; its files document may hold nonsense.
std::int64_t chunks_of(const std::optional<Document>& file) {
  constexpr std::int64_t most = std::int64_t{1} << 31;  // their numbers are 32 bits long
  try {
    return file ? std::min(FileInfo(*file).chunk_count(), most) : 0;
  } catch (const CorruptFile&) {
    return 0;
  }
}

// Whether the ids behind would meet the same error.
bool is_fatal(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const ConnectionError&) {
    return true;
  } catch (const AuthenticationError&) {
    return true;
  } catch (const Stopped&) {
    return true;
  } catch (...) {
    return false;
  }
}

class FilesRemoval {
 public:
  FilesRemoval(const Bucket::Impl& bucket, std::span<const Value> ids, Outcomes outcomes)
      : bucket_(bucket), ids_(ids), outcomes_(outcomes) {}

  // Returns an error that the ids behind would meet as well, or null.
  std::exception_ptr run() {
    try {
      files_ = detail::look_up_files(Operation(bucket_, removing(ids_)), ids_);
    } catch (...) {
      return fail(0, ids_.size());
    }
    std::exception_ptr fatal;
    for (std::size_t begin = 0; begin < ids_.size() && !fatal;) {
      const std::size_t end = end_of_group(begin);
      try {
        remove(begin, end);
      } catch (...) {
        fatal = fail(begin, end);
      }
      begin = end;
    }
    return fatal;
  }

 private:
  // So many that the server is not busy for long with one message.
  [[nodiscard]] std::size_t end_of_group(std::size_t begin) const {
    constexpr std::int64_t most_chunks = 10'000;
    std::int64_t chunks = chunks_of(files_[begin]);
    std::size_t end = begin + 1;
    while (end < ids_.size() && chunks + chunks_of(files_[end]) <= most_chunks) chunks += chunks_of(files_[end++]);
    return end;
  }

  void remove(std::size_t begin, std::size_t end) {
    const Operation operation(bucket_, removing(ids_.subspan(begin, end - begin)));
    std::vector<Value> found;
    std::vector<Value> without_file;
    for (std::size_t i = begin; i < end; ++i) (conclude(i) ? found : without_file).push_back(ids_[i]);
    std::vector<std::unique_ptr<detail::UnfinishedWrites::Entry>> unfinished;
    unfinished.reserve(found.size());
    for (const Value& id : found) {
      unfinished.push_back(bucket_.client().begin_write(operation.description(), {Leftover::Kind::chunks, id, {}, {}}));
    }
    detail::WriteOutcome outcome;
    try {
      if (!found.empty() && remove_with_chunks(operation, begin, end, found, outcome)) {
        unfinished.clear();
      } else {
        without_file.insert(without_file.end(), found.begin(), found.end());
      }
      if (without_file.empty() || !detail::has_chunks(operation, without_file)) return;
      for (const Value& id : without_file) detail::delete_chunks_without_file(operation, id);
    } catch (...) {
      const bool may_be_gone = outcome.count || outcome.uncertain;
      for (const auto& write : unfinished) {
        if (may_be_gone) write->leave(Leftover::Kind::chunks, {});
      }
      throw;
    }
  }

  // Returns whether all is gone. If not, the server has counted fewer files documents than there were.
  bool remove_with_chunks(const Operation& operation, std::size_t begin, std::size_t end, std::span<const Value> found,
                          detail::WriteOutcome& outcome) {
    Bson filter;
    detail::append_any_of(filter.get(), "_id", found);
    operation.remove_files(filter.get(), found.size() == 1 ? detail::Many::one : detail::Many::several, outcome);
    const bool all = outcome.count == std::ssize(found);
    if (all) {
      delete_chunks(operation, begin, end, found);
    } else {
      refuse_what_is_left(operation, begin, end, outcome);
    }
    return all;
  }

  void delete_chunks(const Operation& operation, std::size_t begin, std::size_t end, std::span<const Value> ids) const {
    std::int64_t chunks = 0;
    for (std::size_t i = begin; i < end; ++i) chunks += chunks_of(files_[i]);
    Bson filter;
    detail::append_any_of(filter.get(), "files_id", ids);
    if (delete_chunks(operation, filter.get()) >= chunks) return;
    // Some were missing, or an answer was lost; or the server has not done it.
    if (detail::has_chunks(operation, ids)) {
      throw ServerError(operation.description() + ": the server has left chunks behind");
    }
  }

  // What was begun is ended, so that neither a stop nor a time limit leaves chunks without a file.
  std::int64_t delete_chunks(const Operation& operation, const bson_t* filter) const {
    try {
      return operation.remove(Collection::chunks, filter);
    } catch (const Error&) {
      if (!bucket_.client().stopped()) throw;
      return Operation(bucket_, operation.description(), detail::Urgency::cleanup).remove(Collection::chunks, filter);
    }
  }

  // The server has counted less than there were: what another program has removed meanwhile, what an attempt has
  // removed whose answer was lost, or what it has not removed.
  void refuse_what_is_left(const Operation& operation, std::size_t begin, std::size_t end,
                           const detail::WriteOutcome& outcome) {
    const auto ids = ids_.subspan(begin, end - begin);
    const auto left = detail::look_up_files(operation, ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      auto& error = outcomes_[begin + i];
      if (left[i]) {
        error = std::make_exception_ptr(ServerError(removing(ids[i]) + ": the server has not removed it"));
      } else if (ids.size() == 1 && !outcome.uncertain && !error) {
        error = std::make_exception_ptr(FileNotFound(detail::describe(ids[i]) + ": no such file"));
      }
    }
  }

  // What becomes of an id, unless there is an error: whether it is the first that means a file.
  bool conclude(std::size_t i) {
    const bool found = files_[i] && gone_.insert(files_[i]->find("_id").value()).second;
    if (!found) {
      outcomes_[i] = std::make_exception_ptr(FileNotFound(detail::describe(ids_[i]) + ": no such file"));
    }
    return found;
  }

  // The exception under way, for the ids that it concerns.
  std::exception_ptr fail(std::size_t begin, std::size_t end) {
    const auto error = std::current_exception();
    const bool fatal = is_fatal(error);
    const std::string description = removing(ids_.subspan(begin, end - begin));
    for (std::size_t i = begin; i < (fatal ? ids_.size() : end); ++i) {
      outcomes_[i] = detail::restated(error, description, removing(ids_[i]));
    }
    return fatal ? outcomes_.back() : nullptr;
  }

  const Bucket::Impl& bucket_;
  std::span<const Value> ids_;
  Outcomes outcomes_;
  std::vector<std::optional<Document>> files_;
  std::set<Value> gone_;
};

// Returns an error that further ids would meet as well, or null.
std::exception_ptr remove_together(const Bucket::Impl& bucket, std::span<const Value> ids, Outcomes outcomes) {
  constexpr std::size_t ids_at_once = 1'000;
  for (std::size_t begin = 0; begin < ids.size(); begin += ids_at_once) {
    const std::size_t count = std::min(ids_at_once, ids.size() - begin);
    const std::size_t end = begin + count;
    const auto fatal = FilesRemoval(bucket, ids.subspan(begin, count), outcomes.subspan(begin, count)).run();
    if (!fatal) continue;
    for (std::size_t i = end; i < ids.size(); ++i) {
      outcomes[i] = detail::restated(fatal, removing(ids[end - 1]), removing(ids[i]));
    }
    return outcomes.back();
  }
  return nullptr;
}

}  // namespace

std::vector<std::exception_ptr> Bucket::delete_files(std::span<const Value> ids) const {
  std::vector<Value> together;
  std::ranges::copy_if(ids, std::back_inserter(together), &Value::fits_in_list);
  std::vector<std::exception_ptr> shared(together.size());
  auto fatal = remove_together(*impl_, together, shared);
  Value last = together.empty() ? Value() : together.back();

  std::vector<std::exception_ptr> outcomes;
  auto next = shared.begin();
  for (const Value& id : ids) {
    if (id.fits_in_list()) {
      outcomes.push_back(*next++);
    } else if (fatal) {
      outcomes.push_back(detail::restated(fatal, removing(last), removing(id)));
    } else {
      std::exception_ptr outcome;
      fatal = FilesRemoval(*impl_, std::span(&id, 1), std::span(&outcome, 1)).run();
      last = id;
      outcomes.push_back(outcome);
    }
  }
  return outcomes;
}

}  // namespace gridfs
