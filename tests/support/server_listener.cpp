// The integration tests need a server, and leave no database there.
#define CATCH_CONFIG_EXTERNAL_INTERFACES  // for Catch2 2
#include <cstdlib>
#include <iostream>

#include <mongoc/mongoc.h>

#include "support/catch.hpp"
#include "support/test_server.hpp"

namespace {

class ServerListener : public gridfs::test::EventListener {
 public:
  using gridfs::test::EventListener::EventListener;

  void testRunStarting(const Catch::TestRunInfo&) override {
    if (gridfs::test::server_uri().empty()) {
      std::cerr << "integration_tests: no server: GRIDFS_TEST_URI is not set; run scripts/test, which starts one\n";
      std::exit(1);
    }
    mongoc_init();
  }

  void testRunEnded(const Catch::TestRunStats&) override { gridfs::test::drop_database(); }
};

CATCH_REGISTER_LISTENER(ServerListener)

}  // namespace
