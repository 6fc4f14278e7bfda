/// Preparing the process.
#pragma once

#include <cstddef>

#include <sys/resource.h>

namespace gridfs::util {

/// Blocks SIGUSR1 for good, so that it ends the program neither before there is a SignalDescriptor nor after.
void block_status_signal() noexcept;

/// Keeps freed memory for the next allocation instead of returning it to the kernel, which would have to zero the
/// buffers of megabytes that come and go with every message. Call it before the first allocation that matters.
void keep_freed_memory() noexcept;

/// Takes the numbers of those of the descriptors 0, 1 and 2 that are closed, so that no file or connection gets them.
/// They can be neither read nor written, nor reopened as /dev/stdin and the like. Call it before anything is opened.
void occupy_standard_streams() noexcept;

/// Whether it was closed when occupy_standard_streams() was called.
bool is_closed_stream(int descriptor) noexcept;

/// Raises the soft limit of open files to the hard one.
/// @param count  how many more are to be opened at least
/// @throws LocalError  EMFILE: the limit does not allow so many
void need_descriptors(int count);

/// How many files may be open.
std::size_t descriptor_limit() noexcept;

/// As long as it lives, the soft limit of open files is the one from before need_descriptors(): for a program that is
/// started, which may expect few, or go through all that there could be.
class OriginalDescriptorLimit {
 public:
  OriginalDescriptorLimit() noexcept;
  ~OriginalDescriptorLimit();
  OriginalDescriptorLimit(const OriginalDescriptorLimit&) = delete;
  OriginalDescriptorLimit& operator=(const OriginalDescriptorLimit&) = delete;
  OriginalDescriptorLimit(OriginalDescriptorLimit&&) = delete;
  OriginalDescriptorLimit& operator=(OriginalDescriptorLimit&&) = delete;

 private:
  rlimit raised_{};
};

}  // namespace gridfs::util
