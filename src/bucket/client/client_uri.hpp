/// The connection string, with the options that were given apart from it.
#pragma once

#include "gridfs/client.hpp"

#include "bucket/client/handles.hpp"

namespace gridfs::detail {

/// @throws ConfigurationError  the connection string, or an option, is not valid
UriHandle build_uri(const ClientOptions& options);

}  // namespace gridfs::detail
