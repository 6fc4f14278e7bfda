#include "transfer/freshness.hpp"

#include "gridfs/error.hpp"

#include "transfer/file_text.hpp"
#include "transfer/lookup.hpp"

namespace gridfs::transfer {

DateTime current_time() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::optional<std::string> not_fresh_reason(const FileInfo& file, std::chrono::seconds max_age, DateTime now) {
  constexpr std::chrono::minutes tolerance{5};
  const auto date = file.upload_date();
  if (!date) return "it has no upload date";
  if (*date > now + tolerance) return "it is dated in the future: " + format_date(date);
  if (*date < now - max_age) return "it is too old: " + format_date(date);
  return std::nullopt;
}

FileInfo check_freshness(const Bucket& bucket, const std::string& name, std::chrono::seconds max_age,
                         const std::function<void(const FileInfo&)>& read) {
  constexpr int most_lookups = 3;
  for (int lookups = 1;; ++lookups) {
    FileInfo file = bucket.find_by_name(name);
    if (const auto reason = not_fresh_reason(file, max_age, current_time())) {
      throw NotFresh(describe_file(file) + " is the newest revision, and " + *reason);
    }
    // One that is replaced meanwhile, as put --replace does, is not damaged.
    const auto may_be_replaced = [&] {
      return lookups < most_lookups && !is_found([&] { return bucket.find_by_id(file.id()); });
    };
    try {
      read ? read(file) : check_complete(file, bucket.chunk_summary(file));
      return file;
    } catch (const CorruptFile&) {
      if (!may_be_replaced()) throw;
    } catch (const FileNotFound&) {
      if (!may_be_replaced()) throw;
    }
  }
}

}  // namespace gridfs::transfer
