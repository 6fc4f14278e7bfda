#include "paths.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool walk_files(const char* root, void (*visit)(const char* path, const char* relative, void* context), void* context) {
  char* roots[] = {strdup(root), NULL};
  if (!roots[0]) return false;
  FTS* tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
  bool whole = tree != NULL;
  for (FTSENT* entry; whole && (entry = fts_read(tree)) != NULL;) {
    if (entry->fts_info == FTS_F) visit(entry->fts_path, entry->fts_path + strlen(root) + 1, context);
    if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS) whole = false;
  }
  if (tree) fts_close(tree);
  free(roots[0]);
  return whole;
}

bool make_parents(const char* path) {
  char* copy = strdup(path);
  bool made = copy != NULL;
  for (char* slash = copy; made && (slash = strchr(slash + 1, '/')) != NULL; *slash = '/') {
    *slash = '\0';
    made = mkdir(copy, 0777) == 0 || errno == EEXIST;
  }
  free(copy);
  return made;
}
