// The little of directories that the peer needs.
#ifndef BENCH_PEERS_LIBMONGOC_PATHS_H
#define BENCH_PEERS_LIBMONGOC_PATHS_H

#include <stdbool.h>

// Calls `visit` with each regular file under `root`: its path, and its path from `root` on.
bool walk_files(const char* root, void (*visit)(const char* path, const char* relative, void* context), void* context);

// Makes the directories that `path` lies in.
bool make_parents(const char* path);

#endif
