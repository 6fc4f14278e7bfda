#include "cli/get_report.hpp"

#include <cerrno>

#include "gridfs/error.hpp"

#include "cli/checksum.hpp"
#include "cli/file_text.hpp"
#include "cli/messages.hpp"
#include "util/local_error.hpp"

namespace gridfs::cli {

void check_checksum(const FileInfo& file, const GetOptions& options) {
  if (options.checksum && !stored_sha256(file)) throw Error(describe_file(file) + ": no checksum is stored with it");
}

void check_absent(const LocalTarget& target, const GetOptions& options) {
  if (!options.force && target.exists()) throw util::LocalError(target.path(), EEXIST);
}

void say_would_write(const FileInfo& file, const std::string& where) {
  say_always("would write " + describe_file(file) + " to " + where);
}

void say_written(const FileInfo& file, const std::string& path, Context& context) {
  context.count_file();
  say_info([&] { return "wrote " + describe_file(file) + " to " + path; });
  if (!context.options().json) return;
  Document line;
  line.append("_id", file.id());
  if (const auto name = file.filename()) line.append("filename", Value(*name));
  line.append("length", Value(file.length())).append("path", Value(path));
  context.output().line(line.to_json(), Output::Flush::at_once);
}

}  // namespace gridfs::cli
