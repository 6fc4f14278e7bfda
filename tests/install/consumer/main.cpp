// A program that has the installed library and nothing else of this project.
#include <iostream>

#include <gridfs/bucket.hpp>
#include <gridfs/document.hpp>
#include <gridfs/error.hpp>
#include <gridfs/version.hpp>

int main() {
  std::cout << gridfs::version() << ' ' << gridfs::driver_version() << '\n'
            << gridfs::Value::from_json("42").to_canonical_json() << '\n';
  try {
    gridfs::Client client(gridfs::ClientOptions{.uri = "not a connection string"});
  } catch (const gridfs::ConfigurationError&) {
    std::cout << "ConfigurationError\n";
  }
}
