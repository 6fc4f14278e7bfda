#include "util/process/heap.hpp"

#include <cstdlib>  // tells which C library it is

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace gridfs::util {

void keep_freed_memory() noexcept {
#ifdef __GLIBC__
  constexpr int largest_buffer = 32 << 20;
  mallopt(M_MMAP_THRESHOLD, largest_buffer);
  mallopt(M_TRIM_THRESHOLD, 2 * largest_buffer);
  mallopt(M_ARENA_MAX, 1);
#endif
}

}  // namespace gridfs::util
