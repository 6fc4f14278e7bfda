#include "gridfs/buckets.hpp"

#include <algorithm>

#include "support/bucket_fixture.hpp"

using namespace gridfs;
using namespace gridfs::test;

TEST_CASE_METHOD(BucketFixture, "The buckets of a database are its collections of files") {
  const auto count = [&] {
    const auto names = bucket_names(bucket);
    CHECK(std::is_sorted(names.begin(), names.end()));
    return std::count(names.begin(), names.end(), name);
  };
  CHECK(count() == 0);
  upload("a", "0123456");
  CHECK(count() == 1);
}

TEST_CASE_METHOD(BucketFixture, "The databases are those that something is stored in") {
  upload("a", "0123456");
  const auto names = database_names(client);
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(std::count(names.begin(), names.end(), database_name()) == 1);
}

TEST_CASE_METHOD(BucketFixture, "The size of a bucket is what the server counts") {
  CHECK(bucket_size(bucket, name).files == 0);
  upload("a", "0123456");
  upload("a", "01234567");
  const BucketSize size = bucket_size(bucket, name);
  CHECK(size.name == name);
  CHECK(size.files == 2);
  CHECK(size.bytes > 15);
}
