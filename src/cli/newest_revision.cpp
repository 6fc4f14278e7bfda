#include "cli/newest_revision.hpp"

#include "gridfs/error.hpp"

#include "cli/file_text.hpp"
#include "cli/messages.hpp"

namespace gridfs::cli {

namespace {

bool is_unchanged(const Bucket& bucket, const FileInfo& file) {
  try {
    return bucket.find_by_id(file.id()).document() == file.document();
  } catch (const FileNotFound&) {
    return false;
  }
}

// False, without an exception, if the file is not what it was when it was looked up.
bool fetched(const Bucket& bucket, const FileInfo& file, const std::function<void(const FileInfo&)>& fetch) {
  try {
    fetch(file);
    return true;
  } catch (const CorruptFile&) {
    if (is_unchanged(bucket, file)) throw;
  } catch (const FileNotFound&) {
    if (is_unchanged(bucket, file)) throw;
  }
  say_info(describe_file(file) + " was removed while it was read: looking for the newest revision");
  return false;
}

}  // namespace

void fetch_newest(const Bucket& bucket, FileInfo& file, const std::function<void(const FileInfo&)>& fetch) {
  constexpr int most_lookups = 3;
  for (int lookups = 0; lookups < most_lookups; ++lookups) {
    if (fetched(bucket, file, fetch)) return;
    file = bucket.find_by_name(file.filename().value_or(""));
  }
  fetch(file);
}

}  // namespace gridfs::cli
