/// The server that the integration tests use, and a database on it that is this process's own.
#pragma once

#include <string>
#include <string_view>

namespace gridfs::test {

/// The connection string in GRIDFS_TEST_URI, empty if there is none.
const std::string& server_uri();

/// The server's connection string with its host replaced, for what stands between the tests and the server.
std::string server_uri_through(std::string_view host_and_port);

/// `host:port` of the server.
std::string server_address();

/// The name of a database that no other process uses.
const std::string& database_name();

/// Removes that database.
void drop_database();

/// A bucket's name that no other test of this process uses.
std::string new_bucket_name();

}  // namespace gridfs::test
