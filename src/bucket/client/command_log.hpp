/// The commands that are sent, for debugging.
#pragma once

#include <mongoc/mongoc.h>

namespace gridfs::detail {

/// Logs each command of a client when it is answered: its name, database and collection, server, duration and outcome.
/// Nothing else of it: it may hold data or a secret. libmongoc copies every command for that.
void log_commands(mongoc_client_t* client);

}  // namespace gridfs::detail
