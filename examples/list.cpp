// Lists the newest revision of each file: length, upload date in seconds since 1970, content type and name:
//   list mongodb://localhost:27017 docs '{"metadata.customer": 4711}'
#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <string>

#include <gridfs/bucket.hpp>

namespace {

void print(const gridfs::FileInfo& file) {
  std::cout << file.length() << '\t';
  if (const auto date = file.upload_date()) std::cout << date->time_since_epoch() / std::chrono::seconds(1);
  std::cout << '\t' << file.content_type().value_or("-") << '\t' << file.filename().value_or("") << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: list URI DATABASE [FILTER]\n";
    return 2;
  }
  try {
    gridfs::Client client({.uri = argv[1]});
    const gridfs::Bucket bucket(client, argv[2]);
    const auto filter = argc == 4 ? gridfs::Document::from_json(argv[3]) : gridfs::Document();
    gridfs::FindOptions options;
    options.sort = gridfs::Document::from_json(R"({"filename": 1, "uploadDate": -1, "_id": -1})");

    // The server's replies are read one after the other: a bucket of any size takes no more memory.
    std::optional<std::string> previous;
    for (const gridfs::FileInfo& file : bucket.find(filter, options)) {
      if (!previous || file.filename() != previous) print(file);
      previous = file.filename();
    }
    return std::cout.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "list: " << error.what() << '\n';
    return 1;
  }
}
