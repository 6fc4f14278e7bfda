#include "cli/run.hpp"

int main(int argc, char** argv) { return gridfs::cli::run(argc, argv); }
