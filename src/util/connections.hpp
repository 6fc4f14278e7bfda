/// The network connections of this process.
#pragma once

namespace gridfs::util {

/// Shuts every TCP socket of this process down, connected or about to be, so that whoever waits for one sees its end.
/// The descriptors stay open: their owners close them.
void shut_down_connections() noexcept;

}  // namespace gridfs::util
