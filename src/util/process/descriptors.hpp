/// How many files the process may have open.
#pragma once

namespace gridfs::util {

/// Raises the soft limit of open files as far as it is needed and allowed.
/// @param count  how many more are to be opened
/// @throws LocalError  EMFILE: the limit does not allow so many
void need_descriptors(int count);

}  // namespace gridfs::util
