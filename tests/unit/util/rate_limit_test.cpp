#include "util/process/rate_limit.hpp"

#include <thread>

#include "support/catch.hpp"
#include "util/fs/local_error.hpp"

using gridfs::util::Interrupted;
using gridfs::util::RateLimit;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

TEST_CASE("bytes take their time, from however many threads they come", "[util][rate_limit]") {
  RateLimit limit(1'000);
  const auto began = Clock::now();
  {
    const std::jthread other([&](const std::stop_token& stop) { limit.wait_for(100, stop); });
    for (int i = 0; i < 100; ++i) limit.wait_for(1, {});
  }
  CHECK(Clock::now() - began >= milliseconds(195));
}

TEST_CASE("without a limit nothing is waited for", "[util][rate_limit]") {
  RateLimit limit(std::nullopt);
  std::stop_source stopped;  // waiting would throw
  stopped.request_stop();
  for (int i = 0; i < 1'000; ++i) CHECK_NOTHROW(limit.wait_for(std::size_t{1} << 40, stopped.get_token()));
}

TEST_CASE("a stop ends the waiting", "[util][rate_limit]") {
  RateLimit limit(1);
  std::stop_source source;
  const std::jthread stopper([&] { source.request_stop(); });
  CHECK_THROWS_AS(limit.wait_for(1'000'000, source.get_token()), Interrupted);
}
