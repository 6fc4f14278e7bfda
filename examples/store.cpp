// Stores a file under its name, with metadata, and prints its _id:
//   store mongodb://localhost:27017 docs report.pdf '{"customer": 4711}'
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <gridfs/bucket.hpp>

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::cerr << "usage: store URI DATABASE FILE [METADATA]\n";
    return 2;
  }
  const std::filesystem::path path = argv[3];
  try {
    gridfs::UploadOptions options;
    if (argc == 5) options.metadata = gridfs::Document::from_json(argv[4]);
    gridfs::Client client({.uri = argv[1]});
    const gridfs::Bucket bucket(client, argv[2]);

    std::ifstream source(path, std::ios::binary);
    // Once this has returned, the server has acknowledged the whole file. If it throws, for example because the source
    // cannot be read, nothing is stored, unless client.leftovers() says otherwise.
    const gridfs::Value id = bucket.upload_from_stream(path.filename().string(), source, options);
    std::cout << id.to_json() << std::endl;
    return std::cout ? 0 : 1;
  } catch (const gridfs::ConfigurationError& error) {  // the URI, the database or the metadata is not valid
    std::cerr << "store: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {  // a gridfs::Error, see gridfs/error.hpp, or a lack of memory
    std::cerr << "store: " << error.what() << '\n';
    return 1;
  }
}
