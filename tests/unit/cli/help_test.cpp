#include "cli/output/help.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/options/option_helpers.hpp"
#include "support/catch.hpp"

using gridfs::cli::CommandText;
using gridfs::cli::help_text;

namespace {

const CommandText take{"take",     "Take what is there, and what comes after it, for as long as there is anything",
                       "THING...", "Things to take",
                       "02",       {"gridfs take --from here --until there --and-then everywhere else"}};

// The help on a command with options of some lengths, in a program with one of its own.
std::string help_on_take(std::size_t width) {
  CLI::App app("", "gridfs");
  app.set_help_flag("-h,--help", "Print this help");
  std::string target;
  gridfs::cli::add_text(app, "--global URI", target, "Not among those of the command");
  CLI::App* command = app.add_subcommand(take.name, take.description);
  bool flag = false;
  gridfs::cli::add_flag(*command, "-f,--flag", flag, "Short");
  gridfs::cli::add_flag(*command, "--on,!--off", flag, "Either");
  gridfs::cli::add_text(*command, "--a-name-that-is-long-enough VALUE", target,
                        "A description that is so long that it needs several lines on any terminal that is not wide");
  command->add_option("--hidden", target)->group("");
  return help_text(*command, "gridfs take", take, width);
}

std::size_t longest_line(const std::string& lines) {
  std::istringstream in(lines);
  std::size_t longest = 0;
  for (std::string line; std::getline(in, line);) longest = std::max(longest, line.size());
  return longest;
}

}  // namespace

TEST_CASE("help is wrapped at the width") {
  CHECK(help_on_take(80) ==
        "Take what is there, and what comes after it, for as long as there is anything\n"
        "\n"
        "Usage: gridfs take [OPTIONS] THING...\n"
        "\n"
        "Operands:\n"
        "  THING...                    Things to take\n"
        "\n"
        "Options:\n"
        "  -f, --flag                  Short\n"
        "      --on, --off             Either\n"
        "      --a-name-that-is-long-enough VALUE\n"
        "                              A description that is so long that it needs\n"
        "                              several lines on any terminal that is not wide\n"
        "  -h, --help                  Print this help\n"
        "\n"
        "Global options: see 'gridfs --help'\n"
        "\n"
        "Examples:\n"
        "  gridfs take --from here --until there --and-then everywhere else\n"
        "\n"
        "Exit status:\n"
        "  0  all done\n"
        "  2  the command line or the configuration is wrong\n");
}

TEST_CASE("help on a narrow terminal") {
  CHECK(help_on_take(40) ==
        "Take what is there, and what comes after\n"
        "it, for as long as there is anything\n"
        "\n"
        "Usage: gridfs take [OPTIONS] THING...\n"
        "\n"
        "Operands:\n"
        "  THING...     Things to take\n"
        "\n"
        "Options:\n"
        "  -f, --flag   Short\n"
        "      --on, --off\n"
        "               Either\n"
        "      --a-name-that-is-long-enough VALUE\n"
        "               A description that is so\n"
        "               long that it needs\n"
        "               several lines on any\n"
        "               terminal that is not wide\n"
        "  -h, --help   Print this help\n"
        "\n"
        "Global options: see 'gridfs --help'\n"
        "\n"
        "Examples:\n"
        "  gridfs take --from here --until \\\n"
        "      there --and-then everywhere else\n"
        "\n"
        "Exit status:\n"
        "  0  all done\n"
        "  2  the command line or the\n"
        "     configuration is wrong\n");
}

TEST_CASE("help on a wide terminal") {
  CHECK(longest_line(help_on_take(200)) == 30 + 90);  // the column of the descriptions, and the longest of them
}
