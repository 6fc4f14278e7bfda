// What the server holds: a file of any length, whose id names the length.
#ifndef BENCH_SERVERS_DISCARD_CONTENT_H
#define BENCH_SERVERS_DISCARD_CONTENT_H

#include <bson/bson.h>
#include <stdbool.h>
#include <stdint.h>

// A run of documents that a cursor gives out.
typedef struct {
  bool chunks;  // else the files document
  bson_oid_t files_id;
  int64_t next;
  int64_t end;
  int64_t step;
} run_t;

void make_content(void);

// The file or chunks that a `find` asks for. Filters: `_id`; `files_id` and a range of `n`, or every so many of one
// (`$mod`).
run_t run_of_find(const bson_t* find, const char* collection);

// Appends the next document of the run to an array under `index`.
void append_next(run_t* run, bson_t* array, uint32_t index);

uint32_t size_of_next(const run_t* run);

#endif
