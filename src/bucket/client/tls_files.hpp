/// The files that TLS needs.
#pragma once

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

/// Loads the files that a connection string names for TLS, as the driver will with each connection: of one that it
/// cannot use it does not say what is wrong, and looks for a server until the time limit.
/// @throws ConfigurationError  names the file
void check_tls_files(const mongoc_uri_t* uri);

}  // namespace gridfs::detail
