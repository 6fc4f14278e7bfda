/// The network connections of this process.
#pragma once

namespace gridfs::util {

/// Makes every TCP connection of this process but standard input, output and error end with a reset: what has not left
/// the machine by the end of the process is dropped, so that no server carries it out later. For a process about to
/// end; the connections still work until then.
void reset_connections_at_end() noexcept;

}  // namespace gridfs::util
