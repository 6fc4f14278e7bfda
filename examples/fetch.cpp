// Fetches a revision of a file, by default the newest, into the current directory:
//   fetch mongodb://localhost:27017 docs report.pdf -2
#include <charconv>
#include <cstdint>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <gridfs/bucket.hpp>

namespace {

bool parse(const char* text, std::int32_t& number) {
  const char* end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, number);
  return error == std::errc() && stopped == end;
}

// The file has its name once all of it has been written; until then, and after an error, another name or none.
void fetch(const gridfs::Bucket& bucket, const std::filesystem::path& target, std::int32_t revision) {
  const std::filesystem::path part = target.string() + ".part";
  try {
    std::ofstream destination(part, std::ios::binary | std::ios::trunc);
    bucket.download_to_stream_by_name(target.string(), destination, revision);
    destination.close();
    if (!destination) throw gridfs::StreamError("cannot write " + part.string());
    std::filesystem::rename(part, target);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    throw;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::int32_t revision = -1;
  if ((argc != 4 && argc != 5) || (argc == 5 && !parse(argv[4], revision))) {
    std::cerr << "usage: fetch URI DATABASE NAME [REVISION]\n";
    return 2;
  }
  const std::filesystem::path name = argv[3];
  if (!name.has_filename() || name != name.filename()) {  // a stored name may be any path
    std::cerr << "fetch: " << name << " is not a name in this directory\n";
    return 2;
  }
  try {
    gridfs::Client client({.uri = argv[1]});
    fetch(gridfs::Bucket(client, argv[2]), name, revision);
    return 0;
  } catch (const gridfs::FileNotFound& error) {  // a RevisionNotFound is one, too
    std::cerr << "fetch: " << error.what() << '\n';
    return 4;
  } catch (const std::exception& error) {
    std::cerr << "fetch: " << error.what() << '\n';
    return 1;
  }
}
