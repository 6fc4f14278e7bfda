/// Standard input, output and error.
#pragma once

namespace gridfs::util {

/// Takes the numbers of those of the descriptors 0, 1 and 2 that are closed, so that no file or connection gets them.
/// They can be neither read nor written, nor opened anew as /dev/stdin and the like. Call it before anything else is
/// opened.
void occupy_standard_streams() noexcept;

/// Whether it was closed when occupy_standard_streams() was called.
bool is_closed_stream(int descriptor) noexcept;

}  // namespace gridfs::util
