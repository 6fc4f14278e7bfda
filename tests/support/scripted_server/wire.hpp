/// MongoDB's wire protocol, as much as clients send without compression
/// (https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md, and OP_QUERY for the first hello).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "support/scripted_server/command.hpp"

namespace gridfs::scripted {

/// The bytes are no message of the protocol.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Message {
  std::int32_t request_id = 0;
  bool legacy = false;
  bool wants_reply = true;
  Command command;
};

/// Waits for the next message.
/// @return  nothing when the connection is over
/// @throws WireError
std::optional<Message> read_message(int socket);

/// The reply to a message, in the protocol that it came in.
std::vector<std::uint8_t> encode_reply(const Message& request, const bson_t* reply);

/// Makes an encoded message say of itself that it is so long.
void claim_length(std::vector<std::uint8_t>& message, std::int32_t length);

/// @return  whether all was sent
bool send_bytes(int socket, std::span<const std::uint8_t> bytes);

}  // namespace gridfs::scripted
