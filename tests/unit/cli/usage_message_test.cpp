#include "cli/options/usage_message.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/command.hpp"
#include "support/catch.hpp"

using namespace gridfs::cli;

namespace {

class Program {
 public:
  Program() {
    app_.require_subcommand(1);
    app_.option_defaults()->take_last();
    add_global_options(app_, options_);
    for (const auto set_up : {setup_put, setup_get, setup_ls, setup_rm, setup_stat, setup_cp, setup_buckets}) {
      set_up(app_, selection_);
    }
  }

  // What it says of a command line; empty if that is right.
  std::string says(const std::string& arguments) {
    try {
      app_.parse(arguments);
    } catch (const CLI::ParseError& error) {
      return usage_message(app_, error);
    }
    return {};
  }

  std::string says(const CLI::ParseError& error) { return usage_message(app_, error); }

 private:
  CLI::App app_;
  GlobalOptions options_;
  Selection selection_;
};

}  // namespace

TEST_CASE("what is said of a wrong command line", "[usage_message]") {
  struct Row {
    const char* arguments;
    const char* message;
  };
  const auto [arguments, message] = GENERATE(
      Row{"", "a command is required"}, Row{"--json", "a command is required"},
      Row{"putt", "'putt' is not a command: did you mean put?"}, Row{"pu", "'pu' is not a command: did you mean put?"},
      Row{"list", "'list' is not a command: did you mean ls?"},
      Row{"delete x", "'delete' is not a command: did you mean rm?"},
      Row{"download x", "'download' is not a command: did you mean get?"},
      Row{"upload x", "'upload' is not a command: did you mean put?"},
      Row{"info x", "'info' is not a command: did you mean stat?"}, Row{"defragment", "'defragment' is not a command"},
      Row{"defragment ls", "'defragment' is not a command"},
      Row{"mongodb://a:hunter2@b ls", "the first argument is not a command, such as put, get or ls"},
      Row{"buckets hunter", "buckets takes no operands"}, Row{"--put x", "unknown option --put: did you mean put?"},
      Row{"put x --replce", "unknown option --replce: did you mean --replace?"},
      Row{"put x --repl", "unknown option --repl: did you mean --replace?"},
      Row{"ls --jsno=x", "unknown option --jsno: did you mean --json?"}, Row{"ls -Z", "unknown option -Z"},
      Row{"ls --no-such-thing", "unknown option --no-such-thing"},
      Row{"ls --host h", "unknown option --host: use --uri, or 'gridfs mongofiles' with the options of mongofiles"},
      Row{"ls --port 1", "unknown option --port: use --uri, or 'gridfs mongofiles' with the options of mongofiles"},
      Row{"ls -phunter2",
          "unknown option -p: use --password-file, or 'gridfs mongofiles' with the options of mongofiles"},
      Row{"ls --authenticationDatabase=a",
          "unknown option --authenticationDatabase: use --auth-db, or 'gridfs mongofiles' with the options of "
          "mongofiles"},
      Row{"ls --type x", "unknown option --type"},
      Row{"put x --type x",
          "unknown option --type: use --content-type, or 'gridfs mongofiles' with the options of mongofiles"},
      Row{"ls --json=1", "--json takes no value"}, Row{"ls --no-tls=x", "--no-tls takes no value"},
      Row{"ls --sort", "--sort needs a value"}, Row{"put x -d", "--db needs a value"});
  INFO(arguments);
  CHECK(Program().says(arguments) == message);
}

TEST_CASE("no words of CLI11 come through", "[usage_message]") {
  using namespace CLI;
  const std::vector<ParseError> errors{
      FileError::Missing("a"),
      ConversionError("hunter2", "--a"),
      ConversionError("--a", std::vector<std::string>{"hunter2"}),
      ConversionError::TooManyInputsFlag("--a"),
      ConversionError::TrueFalse("--a"),
      ValidationError("--a", "hunter2"),
      ConfigError::Extras("a"),
      ConfigError::NotConfigurable("a"),
      InvalidError("ls"),
      HorribleError("Short parsed but missing! You should not see this"),
      RuntimeError(1),
      ExtrasError({"hunter2"}),
  };
  for (const ParseError& error : errors) CHECK(Program().says(error) == "the command line is not valid");
  CHECK(Program().says(RequiredError::Subcommand(1)) == "a command is required");
  CHECK(Program().says(ArgumentMismatch("--a", 1, 2)) == "an option needs a value");
  CHECK(Program().says(ArgumentMismatch("--a", -1, 0)) == "an option needs a value");
  CHECK(Program().says(ArgumentMismatch::AtLeast("--a", 1, 0)) == "--a needs a value");
  CHECK(Program().says(ArgumentMismatch::AtMost("--a", 1, 2)) == "--a may be given once");
  CHECK(Program().says(ArgumentMismatch::TypedAtLeast("--a", 1, "X")) == "--a needs a value");
  CHECK(Program().says(ArgumentMismatch::FlagOverride("a")) == "--a takes no value");
  CHECK(Program().says(RequiresError("--a", "--b")) == "--a needs --b");
  CHECK(Program().says(ExcludesError("--a", "--b")) == "--a and --b exclude each other");
}
