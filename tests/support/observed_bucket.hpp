/// A bucket of a test's own, also through a proxy that sees the commands.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

namespace gridfs::test {

struct ObservedBucket : BucketFixture {
  CommandProxy proxy;
  Client observed_client{client_options(proxy.uri())};
  Bucket observed{observed_client, database_name(), bucket_options(name)};

  void put(const std::string& content = "0123456") const {
    std::istringstream source(content);
    observed.upload_from_stream("a", source);
  }

  [[nodiscard]] std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const auto& command : proxy.commands()) names.push_back(command.name);
    return names;
  }
};

}  // namespace gridfs::test
