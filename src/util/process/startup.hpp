/// Preparing the process.
#pragma once

namespace gridfs::util {

/// Keeps freed memory for the next allocation instead of returning it to the kernel, which would have to zero the
/// buffers of megabytes that come and go with every message. Call it before the first allocation that matters.
void keep_freed_memory() noexcept;

/// Takes the numbers of those of the descriptors 0, 1 and 2 that are closed, so that no file or connection gets them.
/// They can be neither read nor written, nor reopened as /dev/stdin and the like. Call it before anything is opened.
void occupy_standard_streams() noexcept;

/// Whether it was closed when occupy_standard_streams() was called.
bool is_closed_stream(int descriptor) noexcept;

/// Raises the soft limit of open files as far as needed and allowed.
/// @param count  how many more are to be opened
/// @throws LocalError  EMFILE: the limit does not allow so many
void need_descriptors(int count);

}  // namespace gridfs::util
