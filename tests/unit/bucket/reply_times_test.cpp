#include "bucket/client/reply_times.hpp"

#include <chrono>

#include "support/catch.hpp"

using gridfs::detail::ReplyTimes;
using std::chrono::milliseconds;

namespace {

// Two replies of four chunks, by how long the server took for each.
ReplyTimes times(milliseconds first, milliseconds second) {
  ReplyTimes result(4);
  for (int i = 0; i < 8; ++i) result.note(i == 0 ? first : i == 4 ? second : milliseconds(0));
  return result;
}

}  // namespace

TEST_CASE("Sharing pays where each reply takes as long as the first") {
  CHECK(times(milliseconds(50), milliseconds(50)).sharing_pays(152, 4));
  CHECK(times(milliseconds(1), milliseconds(1)).sharing_pays(1016, 8));
  CHECK(times(milliseconds(60), milliseconds(50)).sharing_pays(152, 4));
}

TEST_CASE("Sharing does not pay where a query costs more than its replies") {
  CHECK_FALSE(times(milliseconds(1000), milliseconds(5)).sharing_pays(152, 4));
  CHECK_FALSE(times(milliseconds(1000), milliseconds(5)).sharing_pays(1016, 8));
  CHECK_FALSE(times(milliseconds(500), milliseconds(50)).sharing_pays(152, 4));
}

TEST_CASE("Sharing does not pay for what is nearly done") {
  CHECK_FALSE(times(milliseconds(50), milliseconds(50)).sharing_pays(4, 4));
  CHECK_FALSE(times(milliseconds(50), milliseconds(50)).sharing_pays(0, 4));
  CHECK_FALSE(times(milliseconds(50), milliseconds(50)).sharing_pays(152, 1));
}

TEST_CASE("Only the way is long where the first reply takes little more than it") {
  const auto first_reply = [](milliseconds taken, int chunks) {
    ReplyTimes result(4);
    for (int i = 0; i < chunks; ++i) result.note(i == 0 ? taken : milliseconds(0));
    return result;
  };
  CHECK(first_reply(milliseconds(60), 4).only_way_is_long(milliseconds(50)));
  CHECK_FALSE(first_reply(milliseconds(200), 4).only_way_is_long(milliseconds(50)));
  CHECK_FALSE(first_reply(milliseconds(60), 3).only_way_is_long(milliseconds(50)));
  CHECK_FALSE(first_reply(milliseconds(60), 0).only_way_is_long(milliseconds(50)));
}

TEST_CASE("Nothing is said before the second reply") {
  ReplyTimes first_only(4);
  for (int i = 0; i < 7; ++i) first_only.note(milliseconds(i == 0 || i == 4 ? 50 : 0));
  CHECK_FALSE(first_only.sharing_pays(152, 4));
  first_only.note(milliseconds(0));
  CHECK(first_only.sharing_pays(152, 4));
}
