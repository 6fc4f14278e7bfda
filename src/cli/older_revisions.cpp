#include "cli/older_revisions.hpp"

#include "gridfs/error.hpp"

#include "cli/file_text.hpp"
#include "cli/messages.hpp"

namespace gridfs::cli {

namespace {

Document condition(std::string_view operation, const Value& value) {
  Document document;
  document.append(operation, value);
  return document;
}

// `{filename, _id: {$ne}, $or: [{uploadDate: {$not: {$gte: date}}}, {uploadDate: date, _id: {$lt}}]}`
Document older_than(const FileInfo& newest) {
  const Value id = newest.id();
  const Value date(newest.upload_date().value());
  Document before;
  before.append("uploadDate", Value(condition("$not", Value(condition("$gte", date)))));
  Document same_time;
  same_time.append("uploadDate", date).append("_id", Value(condition("$lt", id)));
  Document filter;
  filter.append("filename", Value(newest.filename().value())).append("_id", Value(condition("$ne", id)));
  return filter.append("$or", Value::array({Value(before), Value(same_time)}));
}

void remove_one(const Bucket& bucket, const FileInfo& file) {
  try {
    bucket.delete_file(file.id());
    say_info("removed " + describe_file(file) + ", an older revision");
  } catch (const FileNotFound&) {
    // Somebody else has removed it.
  }
}

}  // namespace

void remove_older_revisions(const Bucket& bucket, const FileInfo& newest) {
  try {
    for (const FileInfo& file : bucket.find(older_than(newest))) remove_one(bucket, file);
  } catch (const Stopped&) {
    throw;
  } catch (const Error& error) {
    throw OlderRevisionsLeft(describe_file(newest) + " is stored, but older revisions are left: " + error.what());
  }
}

}  // namespace gridfs::cli
