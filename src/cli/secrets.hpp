/// Keeping passwords from those who have no business with them.
#pragma once

namespace gridfs::cli {

/// Overwrites the passwords in connection strings on the command line, where other users can see them in a listing of
/// processes. Call it when the command line has been parsed.
void hide_secrets(int argc, char** argv) noexcept;

/// Keeps the process from leaving a core dump, and from being traced by others: its memory holds a secret.
void forbid_core_dumps() noexcept;

}  // namespace gridfs::cli
