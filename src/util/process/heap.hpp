/// How the program's heap behaves.
#pragma once

namespace gridfs::util {

/// Keeps what is freed for the next allocation instead of giving it back: buffers of megabytes come and go with every
/// message, and the kernel would have to fill each with zeros again. What one thread has freed is for all. To be called
/// before the first allocation that matters.
void keep_freed_memory() noexcept;

}  // namespace gridfs::util
