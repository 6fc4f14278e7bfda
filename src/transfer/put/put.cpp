#include "transfer/put/put.hpp"

#include <filesystem>
#include <utility>

#include <sys/stat.h>

#include "gridfs/error.hpp"

#include "transfer/distinct_names.hpp"
#include "transfer/put/putter.hpp"
#include "util/fs/file_io.hpp"
#include "util/fs/input.hpp"
#include "util/fs/tree.hpp"

namespace gridfs::transfer {

namespace {

bool is_directory(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

std::string last_component(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// The prefix of the names below a directory: its own name, unless the operand ends in `/` or is `.` or `..`.
std::string prefix_for(const std::string& directory) {
  const std::string name = last_component(directory);
  return name.empty() || name == "." || name == ".." ? "" : name + "/";
}

// The name for a path in a list: relative, as tar makes it.
std::string listed_name(std::string path) {
  for (;;) {
    if (path.starts_with('/')) {
      path.erase(0, 1);
    } else if (path.starts_with("./")) {
      path.erase(0, 2);
    } else {
      return path;
    }
  }
}

// The prefix of the names below a directory in a list.
std::string listed_prefix(const std::string& directory) {
  std::string name = listed_name(directory);
  while (name.ends_with('/')) name.pop_back();
  return name.empty() || name == "." ? "" : name + "/";
}

// Whether two files could have the same name: files below one directory cannot, and with if_absent the second one is
// skipped.
bool may_collide(const PutSettings& settings) {
  return !settings.if_absent && (settings.files.size() > 1 || settings.files_from || settings.files_from0);
}

// Finds the files to store.
class Sources {
 public:
  Sources(const PutSettings& settings, Tally& tally, Putter& putter)
      : settings_(settings), tally_(tally), putter_(putter), names_(may_collide(settings), "names", tally.listener()) {}

  void add_operand(const std::string& path) {
    if (path != "-") return add(path, settings_.keep_path ? path : last_component(path), prefix_for(path));
    put({.path = path, .name = settings_.name_prefix + settings_.name.value_or(path), .is_standard_input = true});
  }

  void add_listed(const std::string& path) { add(path, listed_name(path), listed_prefix(path)); }

 private:
  void add(const std::string& path, const std::string& name, const std::string& prefix) {
    if (!settings_.recursive || !is_directory(path)) {
      const PutSource source{path, settings_.name_prefix + settings_.name.value_or(name)};
      if (!is_filtered_out(source)) put(source);
      return;
    }
    prefix_ = settings_.name_prefix + prefix;
    bool is_empty = true;
    const auto failed = [&](const auto& error) {
      is_empty = false;
      tally_.failed(std::make_exception_ptr(error));
    };
    const auto leave_out = [&](const auto& directory) {
      const bool is_left_out = settings_.filter.excludes_all_below(prefix_ + directory);
      is_empty = is_empty && !is_left_out;
      return is_left_out;
    };
    util::TreeWalk tree(path, failed, util::TreeWalk::Links::skip, leave_out);
    while (const auto file = tree.next()) {
      is_empty = false;
      consider(path, *file);
    }
    if (is_empty) tally_.listener().data_warning(path + ": there are no files below it");
  }

  void put(const PutSource& source) {
    if (tally_.must_stop()) return tally_.skip();
    if (names_.is_new(source.name)) return putter_.put(source);
    tally_.failed(std::make_exception_ptr(ConfigurationError(
        source.path + ": not stored: another file of this command has the name '" + source.name + "'")));
  }

  // One that cannot be looked at is not: storing it says why.
  [[nodiscard]] bool is_filtered_out(const PutSource& source) const {
    struct stat status {};
    return settings_.filter.is_given() && ::stat(source.path.c_str(), &status) == 0 &&
           !settings_.filter.accepts(source.name, status.st_size, util::modified_of(status));
  }

  // A file below a directory.
  void consider(const std::string& directory, const util::TreeFile& file) {
    const std::string name = prefix_ + file.name;
    if (!file.other.empty()) {
      if (settings_.filter.accepts_name(name)) tally_.listener().skipped(file.path, file.other);
      return;
    }
    if (!settings_.filter.accepts(name, file.size, file.modified)) return;
    put({.path = file.path, .name = name, .below = directory});
  }

  const PutSettings& settings_;
  Tally& tally_;
  Putter& putter_;
  DistinctNames names_;  // of all files
  std::string prefix_;
};

void add_list(const std::optional<std::string>& list, util::EntryReader::End end, const std::stop_token& stop,
              Sources& sources) {
  if (!list) return;
  util::EntryReader entries(util::Input::of_operand(*list), end);
  while (const auto path = entries.next(stop)) sources.add_listed(*path);
}

bool may_be_many(const PutSettings& settings) {
  return settings.recursive || settings.files_from || settings.files_from0 || settings.files.size() > 1;
}

}  // namespace

Tally put(const Bucket& bucket, const Bucket& read_back, const PutSettings& settings, Listener& listener) {
  Tally tally(listener);
  Putter putter(bucket, read_back, settings, tally, may_be_many(settings));
  Sources sources(settings, tally, putter);
  try {
    if (settings.from_command) putter.put({{}, settings.name_prefix + settings.name.value()});
    for (const std::string& file : settings.files) sources.add_operand(file);
    add_list(settings.files_from, util::EntryReader::End::line, settings.stop, sources);
    add_list(settings.files_from0, util::EntryReader::End::nul, settings.stop, sources);
    putter.finish();
  } catch (...) {
    putter.settle();
    throw;
  }
  return tally;
}

}  // namespace gridfs::transfer
