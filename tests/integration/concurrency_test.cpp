#include <atomic>
#include <thread>

#include "support/bucket_fixture.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

template <typename Work>
void run_at_once(int count, const Work& work) {
  std::atomic<int> waiting = count;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      --waiting;
      while (waiting > 0) std::this_thread::yield();
      work(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE_METHOD(BucketFixture,
                 "Two uploads of one id at once: one is stored, the others are refused and leave nothing") {
  const std::size_t length = GENERATE(std::size_t{0}, std::size_t{40}, three_batches);
  const UploadOptions options = length < 100 ? UploadOptions{} : large_chunks();
  const Value id("the id");
  std::atomic<int> stored = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> winner = -1;
  run_at_once(4, [&](int i) {
    try {
      upload_with_id(id, "file " + std::to_string(i), content_of(length + static_cast<std::size_t>(i)), options);
      winner = i;
      ++stored;
    } catch (const FileExists&) {
      ++refused;
    }
  });
  // Where each one's chunks stood in the way of all others, none is stored.
  CHECK(stored <= 1);
  CHECK(stored + refused == 4);
  CHECK(files.count() == stored);
  if (stored == 0) {
    CHECK(chunks.count() == 0);
  } else {
    CHECK((download(id) == content_of(length + static_cast<std::size_t>(winner))));
    CHECK(bucket.chunk_summary(bucket.find_by_id(id)).complete());
  }
}

TEST_CASE_METHOD(BucketFixture, "A bucket is used by many threads at once") {
  std::atomic<int> right = 0;
  run_at_once(8, [&](int i) {
    const std::string filename = std::to_string(i);
    const std::string content = content_of(static_cast<std::size_t>(100 * i));
    const Value id = upload(filename, content);
    if (download(id) == content && download_by_name(filename) == content) ++right;
  });
  CHECK(right == 8);
  CHECK(files.count() == 8);
}

TEST_CASE_METHOD(BucketFixture, "An upload of many batches at once keeps their bytes in order") {
  BucketOptions options = bucket_options(name, 100'000);
  options.parallelism = GENERATE(1, 2, 8);
  const Bucket parallel(client, database_name(), options);
  const std::string content = content_of(7'654'321);
  std::istringstream source(content);
  const Value id = parallel.upload_from_stream("a", source);
  CHECK(parallel.chunk_summary(parallel.find_by_id(id)).complete());
  std::ostringstream destination;
  parallel.download_to_stream(id, destination);
  CHECK((destination.str() == content));
}

TEST_CASE_METHOD(BucketFixture, "Files are listed while others are stored and removed") {
  run_at_once(4, [&](int i) {
    for (int round = 0; round < 5; ++round) {
      if (i % 2 == 0) {
        bucket.delete_file(upload("a", "0123456"));
      } else {
        FileCursor cursor = bucket.find();
        while (cursor.next()) {
        }
      }
    }
  });
  CHECK(files.count() + chunks.count() == 0);
}
