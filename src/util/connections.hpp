/// The network connections of this process.
#pragma once

#include <chrono>
#include <stop_token>

namespace gridfs::util {

/// Ends what this process waits for: every TCP socket, connected or about to be, is shut down, so that whoever waits
/// for one sees its end; the descriptors stay open for their owners to close. Where there is none, and so no server
/// yet, the sockets for datagrams are, again and again until the time is over, since nothing else ends the lookup of a
/// name where no name server answers.
/// @return  false as soon as the token is triggered, true if the time is over first
bool end_waiting_for_servers(std::chrono::milliseconds time, const std::stop_token& until);

}  // namespace gridfs::util
