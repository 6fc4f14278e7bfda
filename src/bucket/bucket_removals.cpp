// Removing many files with few messages.
#include <algorithm>
#include <iterator>
#include <set>

#include "bucket/bson_bridge.hpp"
#include "bucket/bucket_impl.hpp"
#include "bucket/chunk_layout.hpp"
#include "bucket/files_lookup.hpp"
#include "bucket/stored_chunks.hpp"

namespace gridfs {

namespace {

using detail::Bson;
using Outcomes = std::span<std::exception_ptr>;

std::string doing_to(const Value& id) { return "removing " + detail::describe(id); }

std::string doing_to(std::span<const Value> ids) {
  return ids.size() == 1 ? doing_to(ids.front())
                         : doing_to(ids.front()) + " and " + std::to_string(ids.size() - 1) + " more";
}

// About how many chunks a file has; its files document may hold nonsense.
std::int64_t chunks_of(const std::optional<Document>& file) {
  try {
    return file ? FileInfo(*file).chunk_count() : 0;
  } catch (const CorruptFile&) {
    return 0;
  }
}

// Whether each of them was there, as far as can be known.
bool delete_files_documents(const Bucket::Impl& bucket, const std::string& doing, std::span<const Value> ids) {
  Bson filter;
  detail::append_in(filter.get(), "_id", ids);
  std::int64_t count = 0;
  bool uncertain = false;
  bucket.client().with_retries(doing, [&](int /*attempt*/) {
    const auto client = bucket.client().acquire(doing, nullptr);
    const auto files = bucket.files(client);
    bson_error_t error{};
    detail::Reply reply;
    const bool done = mongoc_collection_delete_many(files.get(), filter.get(), nullptr, reply.get(), &error);
    try {
      if (!done) detail::throw_driver_error(doing, error, reply.get());
    } catch (const detail::TransientError& lost) {
      uncertain = uncertain || lost.server_code() == 0;
      throw;
    }
    count = detail::integer_field(reply.get(), "deletedCount");
  });
  return uncertain || count == std::ssize(ids);
}

void delete_chunks(const Bucket::Impl& bucket, const std::string& doing, std::span<const Value> ids) {
  Bson filter;
  detail::append_of_files(filter.get(), ids);
  bucket.delete_chunks_of_removed_files(doing, filter.get());
}

std::exception_ptr delete_alone(const Bucket& bucket, const Value& id) {
  try {
    bucket.delete_file(id);
    return nullptr;
  } catch (const Error&) {
    return std::current_exception();
  }
}

// Whether the ids behind would meet the same error.
bool is_hopeless(const std::exception_ptr& error) {
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

class Removal {
 public:
  Removal(const Bucket::Impl& bucket, std::span<const Value> ids, Outcomes outcomes)
      : bucket_(bucket), ids_(ids), outcomes_(outcomes) {}

  // Returns an error that the ids behind would meet as well, or null.
  std::exception_ptr run() {
    try {
      files_ = detail::look_up_files(bucket_, doing_to(ids_), ids_);
    } catch (...) {
      return fail(0, ids_.size());
    }
    std::exception_ptr hopeless;
    for (std::size_t begin = 0; begin < ids_.size() && !hopeless;) {
      const std::size_t end = end_of_group(begin);
      try {
        remove(begin, end);
      } catch (...) {
        hopeless = fail(begin, end);
      }
      begin = end;
    }
    return hopeless;
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
    const std::string doing = doing_to(ids_.subspan(begin, end - begin));
    std::vector<Value> found;
    std::vector<Value> without_file;
    for (std::size_t i = begin; i < end; ++i) (conclude(i) ? found : without_file).push_back(ids_[i]);
    if (!found.empty()) {
      if (delete_files_documents(bucket_, doing, found)) {
        delete_chunks(bucket_, doing, found);
      } else {
        without_file.insert(without_file.end(), found.begin(), found.end());
      }
    }
    if (without_file.empty() || !bucket_.has_chunks(doing, without_file)) return;
    for (const Value& id : without_file) detail::delete_chunks_without_file(bucket_, doing, id);
  }

  // What becomes of an id, unless there is an error: whether it is the first that means a file.
  bool conclude(std::size_t i) {
    const bool found = files_[i] && gone_.insert(files_[i]->find("_id").value().to_canonical_json()).second;
    if (!found) {
      outcomes_[i] = std::make_exception_ptr(FileNotFound(detail::describe(ids_[i]) + ": no such file"));
    }
    return found;
  }

  // The exception under way, for the ids that it concerns.
  std::exception_ptr fail(std::size_t begin, std::size_t end) {
    const auto error = std::current_exception();
    const bool hopeless = is_hopeless(error);
    const std::string doing = doing_to(ids_.subspan(begin, end - begin));
    for (std::size_t i = begin; i < (hopeless ? ids_.size() : end); ++i) {
      outcomes_[i] = detail::restated(error, doing, doing_to(ids_[i]));
    }
    return hopeless ? outcomes_.back() : nullptr;
  }

  const Bucket::Impl& bucket_;
  std::span<const Value> ids_;
  Outcomes outcomes_;
  std::vector<std::optional<Document>> files_;
  std::set<std::string> gone_;
};

// Returns an error that further ids would meet as well, or null.
std::exception_ptr remove_together(const Bucket::Impl& bucket, std::span<const Value> ids, Outcomes outcomes) {
  constexpr std::size_t ids_at_once = 1'000;
  for (std::size_t begin = 0; begin < ids.size(); begin += ids_at_once) {
    const std::size_t count = std::min(ids_at_once, ids.size() - begin);
    const std::size_t end = begin + count;
    const auto hopeless = Removal(bucket, ids.subspan(begin, count), outcomes.subspan(begin, count)).run();
    if (!hopeless) continue;
    for (std::size_t i = end; i < ids.size(); ++i) {
      outcomes[i] = detail::restated(hopeless, doing_to(ids[end - 1]), doing_to(ids[i]));
    }
    return outcomes.back();
  }
  return nullptr;
}

}  // namespace

std::vector<std::exception_ptr> Bucket::delete_files(std::span<const Value> ids) const {
  if (ids.size() == 1) return {delete_alone(*this, ids.front())};  // that takes no look at it first
  std::vector<Value> together;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(together), detail::fits_in);
  std::vector<std::exception_ptr> shared(together.size());
  const auto hopeless = remove_together(*impl_, together, shared);

  std::vector<std::exception_ptr> outcomes;
  auto next = shared.begin();
  for (const Value& id : ids) {
    if (detail::fits_in(id)) {
      outcomes.push_back(*next++);
    } else if (hopeless) {
      outcomes.push_back(detail::restated(hopeless, doing_to(together.back()), doing_to(id)));
    } else {
      outcomes.push_back(delete_alone(*this, id));
    }
  }
  return outcomes;
}

}  // namespace gridfs
