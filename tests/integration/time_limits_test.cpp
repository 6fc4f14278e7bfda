// Servers that are not there, or stop answering: every operation ends within the time asked for.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/bucket_fixture.hpp"
#include "support/command_proxy.hpp"

using namespace gridfs;
using namespace gridfs::test;

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// For a busy machine.
constexpr milliseconds slack{5'000};

milliseconds time_of(const std::function<void()>& operation) {
  const auto begin = Clock::now();
  operation();
  return std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
}

// A port of this machine that takes connections but never answers, or that takes none.
class Port {
 public:
  enum class Kind { silent, closed };
  explicit Port(Kind kind) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(socket_, generic, size) == 0);
    REQUIRE(getsockname(socket_, generic, &size) == 0);
    if (kind == Kind::silent) REQUIRE(listen(socket_, SOMAXCONN) == 0);
    uri_ = "mongodb://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  ~Port() { close(socket_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  Port(Port&&) = delete;
  Port& operator=(Port&&) = delete;

  [[nodiscard]] const std::string& uri() const { return uri_; }

 private:
  int socket_;
  std::string uri_;
};

void check_every_operation(const Bucket& bucket, const std::function<void(const std::function<void()>&)>& check) {
  std::istringstream source("0123456");
  check([&] { static_cast<void>(bucket.find_by_id(Value("id"))); });
  check([&] { bucket.upload_from_stream("a", source); });
  check([&] { bucket.delete_file(Value("id")); });
  check([&] { bucket.find().next(); });
}

}  // namespace

TEST_CASE("Time limits: a server that is not there is a connection error within the connect timeout") {
  const Port port(GENERATE(Port::Kind::closed, Port::Kind::silent));
  ClientOptions options = client_options(port.uri());
  options.connect_timeout = milliseconds(300);
  Client client(options);
  check_every_operation(Bucket(client, "db"), [](const auto& operation) {
    const auto time = time_of([&] { CHECK_THROWS_AS(operation(), ConnectionError); });
    CHECK(time >= milliseconds(300));
    CHECK(time < milliseconds(300) + slack);
  });
}

TEST_CASE("Time limits: serverSelectionTimeoutMS of the connection string is the connect timeout's default") {
  const Port port(Port::Kind::closed);
  Client client(client_options(port.uri() + "?serverSelectionTimeoutMS=300"));
  const Bucket bucket(client, "db");
  const auto time = time_of([&] {
    CHECK_THROWS_WITH(
        bucket.find_by_id(Value("id")),
        Catch::Contains("looking up file id: no server could be reached: ") && Catch::Contains("127.0.0.1"));
  });
  CHECK(time < milliseconds(300) + slack);
}

TEST_CASE_METHOD(BucketFixture, "Time limits: no connection left in the pool") {
  upload("a", "x");
  ClientOptions options = client_options();
  options.connect_timeout = milliseconds(300);
  options.max_connections = 1;
  Client small(options);
  const Bucket crowded(small, database_name(), bucket_options(name));
  FileCursor cursor = crowded.find();
  CHECK(cursor.next());
  const auto time = time_of([&] { CHECK_THROWS_AS(crowded.find_by_name("a"), ConnectionError); });
  CHECK(time < milliseconds(300) + slack);
  CHECK_FALSE(cursor.next());
  CHECK_NOTHROW(crowded.find_by_name("a"));
}

TEST_CASE_METHOD(BucketFixture, "Stopping: what is under way ends soon, and an unfinished upload is taken back") {
  std::stop_source stop;
  ClientOptions options = client_options();
  options.stop = stop.get_token();
  Client stoppable_client(options);
  const Bucket stoppable(stoppable_client, database_name(), bucket_options(name));
  const Value id = upload("kept", content_of(100));

  DownloadStream download = stoppable.open_download_stream(id);
  CHECK(download.read(4).size() == 4);
  FileCursor cursor = stoppable.find();
  UploadStream upload = stoppable.open_upload_stream_with_id(Value("id"), "a", large_chunks());
  upload.write(content_of(three_batches));
  CHECK(chunks.count() >= 25 + 2);
  stop.request_stop();
  CHECK_THROWS_AS(upload.close(), Stopped);
  CHECK_FALSE(upload.leftover());
  CHECK(chunks.count() == 25);
  CHECK(files.count() == 1);
  CHECK_THROWS_AS(download.read(), Stopped);
  CHECK_THROWS_AS(cursor.next(), Stopped);
  CHECK_THROWS_AS(stoppable.delete_file(id), Stopped);
  CHECK_THROWS_WITH(stoppable.rename(id, "b"), "renaming file " + id.as_object_id().value() + ": stopped");
}

TEST_CASE_METHOD(BucketFixture,
                 "Stopping: a removal that has begun is ended, so that no chunks without a file are left") {
  const Value id = upload("a", content_of(100));
  std::stop_source stop;
  CommandProxy proxy([&](const CommandProxy::Command& command) {
    if (command.name == "delete" && command.collection() == name + ".files") stop.request_stop();
    return CommandProxy::Decision{};
  });
  ClientOptions options = client_options(proxy.uri());
  options.stop = stop.get_token();
  Client stoppable_client(options);
  const Bucket stoppable(stoppable_client, database_name(), bucket_options(name));
  SECTION("by id") { CHECK_NOTHROW(stoppable.delete_file(id)); }
  SECTION("by name") { CHECK(stoppable.delete_by_name("a") == 1); }
  SECTION("with others") {
    const std::vector<Value> ids{id, upload("b", "0123456")};
    CHECK(stoppable.delete_files(ids) == std::vector<std::exception_ptr>(2));
  }
  CHECK_THROWS_AS(stoppable.delete_file(id), Stopped);
  CHECK(files.count() + chunks.count() == 0);
}

TEST_CASE("Stopping: while a server is looked for, and while a retry is waited for") {
  std::stop_source stop;
  std::mutex mutex;
  std::condition_variable changed;
  bool refused = false;
  CommandProxy proxy([&](const CommandProxy::Command&) {
    const std::lock_guard lock(mutex);
    refused = true;
    changed.notify_all();
    return CommandProxy::refuse(10107, "not primary");
  });
  const Port closed(Port::Kind::closed);
  const bool looking = GENERATE(true, false);
  // libmongoc's own retry leaks its reply where it finds no server for it.
  ClientOptions options = client_options(looking ? closed.uri() : proxy.uri() + "&retryReads=false");
  options.retry.delay = std::chrono::hours(1);
  options.connect_timeout = std::chrono::hours(1);
  options.stop = stop.get_token();
  Client client(options);
  const Bucket bucket(client, "db");
  std::thread stopper([&] {
    std::unique_lock lock(mutex);
    if (!looking) changed.wait(lock, [&] { return refused; });
    stop.request_stop();
  });
  const auto time = time_of([&] { CHECK_THROWS_AS(bucket.find_by_id(Value("id")), Stopped); });
  stopper.join();
  CHECK(time < slack);
}
