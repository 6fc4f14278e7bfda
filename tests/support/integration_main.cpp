#define CATCH_CONFIG_RUNNER
#include <iostream>

#include <mongoc/mongoc.h>

#include "support/catch.hpp"
#include "support/test_server.hpp"

int main(int argc, char** argv) {
  if (gridfs::test::server_uri().empty()) {
    std::cerr << "integration_tests: no server: GRIDFS_TEST_URI is not set; run scripts/test, which starts one\n";
    return 1;
  }
  mongoc_init();
  const int result = Catch::Session().run(argc, argv);
  gridfs::test::drop_database();
  return result;
}
