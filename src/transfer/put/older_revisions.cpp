#include "transfer/put/older_revisions.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "gridfs/error.hpp"
#include "gridfs/revisions.hpp"

#include "transfer/file_text.hpp"
#include "transfer/freshness.hpp"

namespace gridfs::transfer {

namespace {

// Goes through the revisions of a name in their order.
class OlderRevisions {
 public:
  OlderRevisions(const Bucket& bucket, const FileInfo& stored, Listener& listener)
      : bucket_(bucket), listener_(listener), id_(stored.id()), date_(stored.upload_date()) {}

  void consider(FileInfo file) {
    if (file.id() == id_) {
      met_ = true;
      for (FileInfo& tied : std::exchange(tied_, {})) remove_later(std::move(tied));
    } else if (met_ || file.upload_date() > date_) {
      // Another program has stored it since; only one of the future stays the newest for good, or one whose date is of
      // a type that the server sorts behind all dates.
      const auto date = file.upload_date();
      if (!date || *date > current_time()) newer_ = std::move(file);
    } else if (file.upload_date() == date_) {
      tied_.push_back(std::move(file));  // older, if the stored one follows
    } else {
      remove_later(std::move(file));
    }
  }

  void remove_now() {
    const auto files = std::exchange(to_remove_, {});
    if (files.empty()) return;
    std::vector<Value> ids;
    ids.reserve(files.size());
    for (const FileInfo& file : files) ids.push_back(file.id());
    const auto outcomes = bucket_.delete_files(ids);
    for (std::size_t i = 0; i < files.size(); ++i) conclude(files[i], outcomes[i]);
  }

  // The newest revision, if it is dated in the future.
  [[nodiscard]] const std::optional<FileInfo>& newer() const noexcept { return newer_; }

 private:
  void remove_later(FileInfo file) {
    constexpr std::size_t most_at_once = 500;
    to_remove_.push_back(std::move(file));
    if (to_remove_.size() == most_at_once) remove_now();
  }

  void conclude(const FileInfo& file, const std::exception_ptr& error) const {
    try {
      if (error) std::rethrow_exception(error);
      listener_.note("removed " + describe_file(file) + ", an older revision");
    } catch (const FileNotFound&) {
      // Another program has removed it.
    }
  }

  const Bucket& bucket_;
  Listener& listener_;
  Value id_;
  std::optional<DateTime> date_;
  bool met_ = false;
  std::vector<FileInfo> tied_;
  std::vector<FileInfo> to_remove_;
  std::optional<FileInfo> newer_;
};

std::string why_newest(const FileInfo& file) {
  const std::string remedy = "; 'gridfs rm " + format_id(file.id()) + "' removes that one";
  if (!file.upload_date()) return "has an upload date that is no date, but follows all of them" + remedy;
  return "is dated " + format_date(file.upload_date()) + remedy + ", and put --newest dates a file after it";
}

FindOptions revisions_in_order() {
  FindOptions options;
  options.sort = revision_order();
  options.exact_text = true;
  Document fields;
  for (const char* field : {"filename", "length", "uploadDate"}) fields.append(field, Value(std::int32_t{1}));
  options.projection = fields;
  return options;
}

}  // namespace

void remove_older_revisions(const Bucket& bucket, const FileInfo& stored, Listener& listener) {
  OlderRevisions older(bucket, stored, listener);
  try {
    const auto filter = Document().append("filename", Value(stored.filename().value()));
    for (const FileInfo& file : bucket.find(filter, revisions_in_order())) older.consider(file);
    older.remove_now();
  } catch (const Stopped&) {
    throw;
  } catch (const Error& error) {
    throw OlderRevisionsLeft(describe_file(stored) + " is stored, but older revisions are left: " + error.what());
  }
  if (const auto& newer = older.newer()) {
    throw OlderRevisionsLeft(describe_file(stored) + " is stored, but it is not the newest revision: " +
                             describe_file(*newer) + ' ' + why_newest(*newer));
  }
}

}  // namespace gridfs::transfer
