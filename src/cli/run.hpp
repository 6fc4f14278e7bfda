/// The program without its main().
#pragma once

namespace gridfs::cli {

/// Does what the command line says. Does not return if a signal ends the program, or a closed standard output does.
/// @return  the exit status
int run(int argc, char** argv);

}  // namespace gridfs::cli
