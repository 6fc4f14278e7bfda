#include "cli/command.hpp"
#include "cli/options/usage_error.hpp"

namespace gridfs::cli {

namespace {

struct MongofilesOptions {
  std::vector<std::string> arguments;
};

}  // namespace

// For the help: run() translates the command line before it is parsed.
void setup_mongofiles(CLI::App& app, Selection& selection) {
  add_command<MongofilesOptions>(
      app, selection,
      {"mongofiles",
       "Take the command line of mongofiles; see gridfs-mongofiles(1)",
       "ARGUMENT...",
       "A command of mongofiles and its operands: list, search, put, put_id, get, get_id, get_regex, delete, "
       "delete_id; and options of mongofiles, those of gridfs(1) not among them",
       "0123456789",
       {"gridfs mongofiles list backup/"},
       false},
      [](MongofilesOptions & options) -> auto& { return options.arguments; },
      [](CLI::App& /*command*/, MongofilesOptions& /*options*/) {},
      [](const MongofilesOptions& /*options*/, Context& /*context*/) -> ExitCode {
        throw UsageError("options of gridfs do not go with mongofiles, which is the first word, and takes its own");
      });
}

}  // namespace gridfs::cli
