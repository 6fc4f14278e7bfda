/// The network connections of this process.
#pragma once

#include <chrono>
#include <stop_token>

namespace gridfs::util {

/// Shuts every TCP socket of this process down, connected or about to be, so that whoever waits for one sees its end.
/// The descriptors stay open: their owners close them.
void shut_down_connections() noexcept;

/// As long as there is no TCP socket, and so no server, yet: shuts the sockets for datagrams down, again and again,
/// since nothing else ends the lookup of a name where no name server answers.
/// @return  false as soon as the token is triggered, true if the time is over first
bool interrupt_lookups(std::chrono::milliseconds time, const std::stop_token& until);

}  // namespace gridfs::util
