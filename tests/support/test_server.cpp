#include "support/test_server.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include <mongoc/mongoc.h>
#include <unistd.h>

namespace gridfs::test {

const std::string& server_uri() {
  static const std::string uri = [] {
    const char* value = std::getenv("GRIDFS_TEST_URI");
    return std::string(value == nullptr ? "" : value);
  }();
  return uri;
}

std::string server_address() {
  mongoc_uri_t* uri = mongoc_uri_new(server_uri().c_str());
  if (uri == nullptr) throw std::runtime_error("GRIDFS_TEST_URI is not a valid connection string");
  std::string address = mongoc_uri_get_hosts(uri)->host_and_port;
  mongoc_uri_destroy(uri);
  return address;
}

std::string server_uri_through(std::string_view host_and_port) {
  std::string uri = server_uri();
  const std::string address = server_address();
  const auto at = uri.find(address);
  if (at == std::string::npos) throw std::runtime_error("GRIDFS_TEST_URI must name the server's port");
  uri.replace(at, address.size(), host_and_port);
  // A replica set would otherwise tell its own addresses.
  if (uri.find('/', uri.find("://") + 3) == std::string::npos) uri += '/';
  return uri + (uri.find('?') == std::string::npos ? "?" : "&") + "directConnection=true";
}

const std::string& database_name() {
  static const std::string name =
      "gridfs_integration_" + std::to_string(getpid()) + "_" +
      std::to_string(std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1));
  return name;
}

void drop_database() {
  mongoc_client_t* client = mongoc_client_new(server_uri().c_str());
  mongoc_database_t* database = mongoc_client_get_database(client, database_name().c_str());
  mongoc_database_drop(database, nullptr);
  mongoc_database_destroy(database);
  mongoc_client_destroy(client);
}

std::string new_bucket_name() {
  static std::atomic<int> count = 0;
  return "bucket" + std::to_string(++count);
}

}  // namespace gridfs::test
