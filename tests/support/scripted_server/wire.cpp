#include "support/scripted_server/wire.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

#include <sys/socket.h>

namespace gridfs::scripted {

namespace {

constexpr std::int32_t op_reply = 1;
constexpr std::int32_t op_query = 2004;
constexpr std::int32_t op_msg = 2013;
constexpr std::uint32_t checksum_present = 1;
constexpr std::uint32_t more_to_come = 2;
constexpr std::size_t head_bytes = 16;
constexpr std::int32_t most_message_bytes = 48'000'000 + (1 << 16);

// Takes a message apart from its beginning to its end.
class Parser {
 public:
  explicit Parser(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  std::string text() {
    const auto end = std::find(left_.begin(), left_.end(), std::uint8_t{0});
    if (end == left_.end()) throw WireError("a text without an end");
    std::string value(left_.begin(), end);
    take(value.size() + 1);
    return value;
  }

  Bson document() {
    try {
      Bson document = Bson::from_bytes(left_);
      take(document.get()->len);
      return document;
    } catch (const std::invalid_argument& error) {
      throw WireError(error.what());
    }
  }

  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > left_.size()) throw WireError("a message that is too short");
    const auto taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }

  [[nodiscard]] std::size_t left() const { return left_.size(); }

 private:
  std::span<const std::uint8_t> left_;
};

bool receive(int socket, std::span<std::uint8_t> buffer) {
  while (!buffer.empty()) {
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    buffer = buffer.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

void name_command(Command& command) {
  bson_iter_t first;
  if (!bson_iter_init(&first, command.body.get()) || !bson_iter_next(&first)) throw WireError("an empty command");
  command.name = bson_iter_key(&first);
  command.collection =
      text_field(command.body.get(), command.name == "getMore" ? "collection" : command.name.c_str(), "");
}

void parse_query(Parser& parser, Message& message) {
  message.legacy = true;
  parser.number<std::int32_t>();  // flags
  const std::string full_name = parser.text();
  message.command.database = full_name.substr(0, full_name.find('.'));
  parser.number<std::int32_t>();  // to skip
  parser.number<std::int32_t>();  // to return
  message.command.body = parser.document();
}

void parse_msg(Parser& parser, Message& message) {
  const auto flags = parser.number<std::uint32_t>();
  message.wants_reply = (flags & more_to_come) == 0;
  const std::size_t behind = (flags & checksum_present) != 0 ? sizeof(std::uint32_t) : 0;
  while (parser.left() > behind) {
    const auto kind = parser.number<std::uint8_t>();
    if (kind == 0) {
      message.command.body = parser.document();
    } else if (kind == 1) {
      const auto size = parser.number<std::uint32_t>();
      if (size < sizeof size) throw WireError("a section that is too short");
      Parser section(parser.take(size - sizeof size));
      auto& documents = message.command.sequences[section.text()];
      while (section.left() > 0) documents.push_back(section.document());
    } else {
      throw WireError("a section of an unknown kind");
    }
  }
  message.command.database = text_field(message.command.body.get(), "$db", "");
}

template <typename T>
void put(std::vector<std::uint8_t>& bytes, T value) {
  std::uint8_t raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes.insert(bytes.end(), std::begin(raw), std::end(raw));
}

}  // namespace

std::optional<Message> read_message(int socket) {
  std::vector<std::uint8_t> head(head_bytes);
  if (!receive(socket, head)) return std::nullopt;
  Parser head_parser(head);
  const auto length = head_parser.number<std::int32_t>();
  Message message;
  message.request_id = head_parser.number<std::int32_t>();
  head_parser.number<std::int32_t>();  // in response to
  const auto operation = head_parser.number<std::int32_t>();
  if (length < static_cast<std::int32_t>(head_bytes) || length > most_message_bytes) {
    throw WireError("a message of " + std::to_string(length) + " bytes");
  }
  std::vector<std::uint8_t> rest(static_cast<std::size_t>(length) - head_bytes);
  if (!receive(socket, rest)) return std::nullopt;
  Parser parser(rest);
  if (operation == op_query) {
    parse_query(parser, message);
  } else if (operation == op_msg) {
    parse_msg(parser, message);
  } else {
    throw WireError("operation " + std::to_string(operation));
  }
  name_command(message.command);
  return message;
}

std::vector<std::uint8_t> encode_reply(const Message& request, const bson_t* reply) {
  static std::atomic<std::int32_t> last_id = 0;
  std::vector<std::uint8_t> bytes;
  put(bytes, std::int32_t{0});  // length
  put(bytes, ++last_id);
  put(bytes, request.request_id);
  if (request.legacy) {
    put(bytes, op_reply);
    put(bytes, std::int32_t{8});  // flags: as every server since MongoDB 1.6
    put(bytes, std::int64_t{0});  // cursor
    put(bytes, std::int32_t{0});  // starting from
    put(bytes, std::int32_t{1});  // number of documents
  } else {
    put(bytes, op_msg);
    put(bytes, std::uint32_t{0});  // flags
    put(bytes, std::uint8_t{0});   // kind of section
  }
  const std::uint8_t* data = bson_get_data(reply);
  bytes.insert(bytes.end(), data, data + reply->len);
  claim_length(bytes, static_cast<std::int32_t>(bytes.size()));
  return bytes;
}

void claim_length(std::vector<std::uint8_t>& message, std::int32_t length) {
  std::memcpy(message.data(), &length, sizeof length);
}

bool send_bytes(int socket, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace gridfs::scripted
