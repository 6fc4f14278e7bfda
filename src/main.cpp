#include "cli/run.hpp"
#include "util/process/startup.hpp"

int main(int argc, char** argv) {
  gridfs::util::block_status_signal();
  gridfs::util::keep_freed_memory();
  return gridfs::cli::run(argc, argv);
}
