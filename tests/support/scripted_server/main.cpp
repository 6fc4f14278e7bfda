// scripted_server [SCRIPT.json]: prints its URI, then does what the lines of standard input say, until that ends:
//   JSON             rules to add; answers `ok`
//   clear            forgets all rules; answers `ok`
//   release          ends the waiting of the commands that are held, or would be; answers `ok`
//   stats            answers one JSON object: {"insert": {"received": 3, "answered": 2}, …}
//   dump DATABASE.COLLECTION   answers its documents, one a line, then an empty line
// What is none of these is answered by a line that begins with `error: `.
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "support/scripted_server/server.hpp"

namespace {

using gridfs::scripted::Bson;
using gridfs::scripted::ScriptedServer;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return text.str();
}

std::string stats(const ScriptedServer& server) {
  Bson all;
  for (const auto& [name, count] : server.counts()) {
    all.add(name.c_str(), Bson()
                              .add("received", static_cast<std::int32_t>(count.received))
                              .add("answered", static_cast<std::int32_t>(count.answered)));
  }
  return all.relaxed_json();
}

std::string obey(ScriptedServer& server, const std::string& line) {
  const std::string dump = "dump ";
  if (line == "stats") return stats(server) + "\n";
  if (line.starts_with(dump)) {
    std::string documents;
    for (const std::string& document : server.dump(line.substr(dump.size()))) documents += document + "\n";
    return documents + "\n";
  }
  if (line == "clear") {
    server.clear_rules();
  } else if (line == "release") {
    server.release();
  } else {
    server.add_rules(line);
  }
  return "ok\n";
}

}  // namespace

int main(int argc, char** argv) {
  try {
    ScriptedServer server(argc > 1 ? read_file(argv[1]) : std::string("[]"));
    std::cout << server.uri() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
      try {
        std::cout << obey(server, line) << std::flush;
      } catch (const std::invalid_argument& error) {
        std::cout << "error: " << error.what() << std::endl;
      }
    }
  } catch (const std::exception& error) {
    std::cerr << "scripted_server: " << error.what() << '\n';
    return 1;
  }
}
