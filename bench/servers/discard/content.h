// What the server holds: a file of any length, whose id names the length, and a listing of some length.
#ifndef BENCH_SERVERS_DISCARD_CONTENT_H
#define BENCH_SERVERS_DISCARD_CONTENT_H

#include <bson/bson.h>
#include <stdbool.h>
#include <stdint.h>

// A run of documents that a cursor gives out.
typedef struct {
  bool chunks;   // else files documents
  bool listing;  // those of the listing, else the one of a file
  bson_oid_t files_id;
  int64_t next;
  int64_t end;
  int64_t step;
} run_t;

void make_content(int64_t listing);

// The files or chunks that a `find` asks for. Filters: `_id`, of one or of several; `files_id` and a range of `n`, or
// every so many of one (`$mod`); none.
run_t run_of_find(const bson_t* find, const char* collection);

// Appends the next document of the run to an array under `index`.
void append_next(run_t* run, bson_t* array, uint32_t index);

uint32_t size_of_next(const run_t* run);

#endif
