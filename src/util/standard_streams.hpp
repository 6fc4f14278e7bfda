/// Standard input, output and error.
#pragma once

namespace gridfs::util {

/// Opens those of the descriptors 0, 1 and 2 that are closed, so that no file or connection gets their numbers. Reading
/// gives nothing then, and writing fails. Call it before anything else is opened.
void open_standard_streams() noexcept;

}  // namespace gridfs::util
