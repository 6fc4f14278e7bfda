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
       "As of mongofiles: list, search, put, get, delete, ...",
       "0123456789",
       {"gridfs mongofiles list backup/"}},
      [](MongofilesOptions & options) -> auto& { return options.arguments; },
      [](CLI::App& /*command*/, MongofilesOptions& /*options*/) {},
      [](const MongofilesOptions& /*options*/, Context& /*context*/) -> ExitCode {
        throw UsageError("mongofiles comes first, and its own options behind it");
      });
}

}  // namespace gridfs::cli
