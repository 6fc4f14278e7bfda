#include "cli/put_sources.hpp"

#include <chrono>
#include <filesystem>
#include <optional>

#include "cli/messages.hpp"
#include "cli/usage_error.hpp"
#include "util/entry_reader.hpp"
#include "util/input.hpp"
#include "util/name_set.hpp"
#include "util/tree.hpp"

namespace gridfs::cli {

namespace {

bool is_directory(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

std::string last_component(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// What stands before the names below a directory: its own name, unless the operand ends in `/` or is `.` or `..`.
std::string prefix_for(const std::string& directory) {
  const std::string name = last_component(directory);
  return name.empty() || name == "." || name == ".." ? "" : name + "/";
}

// A path of a list as a name: relative, as tar has it.
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

// Whether two files could have one name: what is below one directory has names of its own, and with --if-absent the
// second one is left out.
bool may_collide(const PutOptions& options) {
  return !options.if_absent && (options.files.size() > 1 || options.files_from || options.files_from0);
}

constexpr std::size_t most_names = 1'000'000;  // in 16 MiB

class Sources : private util::TreeVisitor {
 public:
  Sources(const PutOptions& options, OperandTally& tally, const std::function<void(const PutSource&)>& put)
      : options_(options), tally_(tally), put_(put), may_collide_(may_collide(options)) {}

  void add(const std::string& path, const std::string& name) {
    if (path == "-" || !options_.recursive || !is_directory(path)) {
      put({path, options_.name_prefix + options_.name.value_or(name)});
      return;
    }
    prefix_ = options_.name_prefix + prefix_for(path);
    util::walk_tree(path, *this);
  }

 private:
  void put(const PutSource& source) {
    if (tally_.is_hopeless()) return tally_.skip();
    try {
      if (may_collide_) expect_new(source);
    } catch (const UsageError&) {
      return tally_.failed(std::current_exception(), source.path);
    }
    put_(source);
  }

  void expect_new(const PutSource& source) {
    if (names_.is_full()) {
      may_collide_ = false;
      return say_data_warning("more than " + std::to_string(most_names) +
                              " files: whether those that follow have names that came before is not looked at");
    }
    if (names_.insert(source.name)) return;
    throw UsageError(source.path + ": not stored: another file of this command has the name '" + source.name + "'");
  }

  void file(const util::TreeFile& file) override {
    const std::string name = prefix_ + file.name;
    const std::chrono::sys_seconds modified{std::chrono::seconds(file.modified)};
    const FileFilter& filter = options_.filter;
    if (filter.accepts_name(name) && filter.accepts_size(file.size) && filter.accepts_time(modified)) {
      put({file.path, name});
    }
  }

  void skipped(const std::string& path, std::string_view reason) override {
    say_warning(path + ": skipped: " + std::string(reason));
  }

  void failed(const util::LocalError& error) override { tally_.failed(std::make_exception_ptr(error)); }

  const PutOptions& options_;
  OperandTally& tally_;
  const std::function<void(const PutSource&)>& put_;
  bool may_collide_;
  util::NameSet names_{most_names};
  std::string prefix_;
};

void add_list(const std::optional<std::string>& list, util::EntryReader::End end, const std::stop_token& stop,
              Sources& sources) {
  if (!list) return;
  util::EntryReader entries(*list == "-" ? util::Input::standard_input() : util::Input::open(*list), end);
  while (const auto path = entries.next(stop)) sources.add(*path, listed_name(*path));
}

}  // namespace

void each_put_source(const PutOptions& options, const std::stop_token& stop, OperandTally& tally,
                     const std::function<void(const PutSource&)>& put) {
  Sources sources(options, tally, put);
  for (const std::string& file : options.files) sources.add(file, last_component(file));
  add_list(options.files_from, util::EntryReader::End::line, stop, sources);
  add_list(options.files_from0, util::EntryReader::End::nul, stop, sources);
}

}  // namespace gridfs::cli
