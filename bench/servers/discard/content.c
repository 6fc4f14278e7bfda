#include "content.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { chunk_size = 255 * 1024, document_overhead = 256 };

static uint8_t block[chunk_size];
static int64_t listing;
static uint8_t* listed;  // the listing's documents one after the other, which are of one size
static uint32_t listed_size;

static void make_block(void) {
  uint64_t state = 88172645463325252u;
  for (size_t at = 0; at < sizeof block; at += sizeof state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const uint64_t word = BSON_UINT64_TO_LE(state);
    memcpy(block + at, &word, sizeof word);
  }
}

// An id is four bytes of nothing and the length, big-endian.
static int64_t length_of(const bson_oid_t* id) {
  uint64_t length;
  memcpy(&length, id->bytes + 4, sizeof length);
  return (int64_t)BSON_UINT64_FROM_BE(length);
}

static bool id_from(const bson_t* filter, const char* key, bson_oid_t* id) {
  bson_iter_t at, equal;
  if (!bson_iter_init_find(&at, filter, key)) return false;
  if (BSON_ITER_HOLDS_DOCUMENT(&at) && bson_iter_recurse(&at, &equal) && bson_iter_find(&equal, "$eq")) at = equal;
  if (!BSON_ITER_HOLDS_OID(&at)) return false;
  bson_oid_copy(bson_iter_oid(&at), id);
  return true;
}

// Of `{$in: […]}` the first, and how many: each is taken for the one before plus one, as the benchmark's are.
static bool ids_from(const bson_t* filter, bson_oid_t* first, int64_t* count) {
  bson_iter_t at, list, item;
  if (!bson_iter_init(&at, filter) || !bson_iter_find_descendant(&at, "_id.$in", &list)) return false;
  if (!bson_iter_recurse(&list, &item)) return false;
  for (*count = 0; bson_iter_next(&item); ++*count) {
    if (!BSON_ITER_HOLDS_OID(&item)) return false;
    if (*count == 0) bson_oid_copy(bson_iter_oid(&item), first);
  }
  return *count > 0;
}

static bson_oid_t id_behind(const bson_oid_t* first, int64_t steps) {
  bson_oid_t id = *first;
  const uint64_t length = BSON_UINT64_TO_BE((uint64_t)(length_of(first) + steps));
  memcpy(id.bytes + 4, &length, sizeof length);
  return id;
}

// Goes on to the first number that leaves the remainder.
static void step_over(run_t* run, bson_iter_t* divisor_and_remainder) {
  bson_iter_t item;
  if (!bson_iter_recurse(divisor_and_remainder, &item) || !bson_iter_next(&item)) return;
  const int64_t divisor = bson_iter_as_int64(&item);
  const int64_t remainder = bson_iter_next(&item) ? bson_iter_as_int64(&item) : 0;
  if (divisor < 1) return;
  run->step = divisor;
  while (run->next % divisor != remainder && run->next < run->end) ++run->next;
}

static void narrow(run_t* run, bson_iter_t* value) {
  bson_iter_t bound;
  if (BSON_ITER_HOLDS_INT(value)) {
    run->next = bson_iter_as_int64(value);
    if (run->next + 1 < run->end) run->end = run->next + 1;
  } else if (BSON_ITER_HOLDS_DOCUMENT(value) && bson_iter_recurse(value, &bound)) {
    while (bson_iter_next(&bound)) {
      const char* name = bson_iter_key(&bound);
      const int64_t n = bson_iter_as_int64(&bound);
      if (strcmp(name, "$gte") == 0 && n > run->next) run->next = n;
      if (strcmp(name, "$gt") == 0 && n + 1 > run->next) run->next = n + 1;
      if (strcmp(name, "$lt") == 0 && n < run->end) run->end = n;
      if (strcmp(name, "$lte") == 0 && n + 1 < run->end) run->end = n + 1;
    }
    if (bson_iter_recurse(value, &bound) && bson_iter_find(&bound, "$mod")) step_over(run, &bound);
  }
}

run_t run_of_find(const bson_t* find, const char* collection) {
  run_t run = {.chunks = strstr(collection, ".chunks") != NULL, .step = 1};
  bson_t filter = BSON_INITIALIZER;
  bson_iter_t at, limit;
  if (bson_iter_init_find(&at, find, "filter") && BSON_ITER_HOLDS_DOCUMENT(&at)) {
    const uint8_t* bytes;
    uint32_t length;
    bson_iter_document(&at, &length, &bytes);
    bson_init_static(&filter, bytes, length);
  }
  if (run.chunks && id_from(&filter, "files_id", &run.files_id)) {
    run.end = (length_of(&run.files_id) + chunk_size - 1) / chunk_size;
    if (bson_iter_init_find(&at, &filter, "n")) narrow(&run, &at);
  } else if (!run.chunks && id_from(&filter, "_id", &run.files_id)) {
    run.end = 1;
  } else if (!run.chunks && ids_from(&filter, &run.files_id, &run.end)) {
    // All of them are there.
  } else if (!run.chunks && bson_empty(&filter)) {
    run.listing = true;
    run.end = listing;
  }
  if (bson_iter_init_find(&limit, find, "limit")) {
    const int64_t most = bson_iter_as_int64(&limit) < 0 ? -bson_iter_as_int64(&limit) : bson_iter_as_int64(&limit);
    if (most > 0 && run.end - run.next > most) run.end = run.next + most;
  }
  return run;
}

static int64_t bytes_of_chunk(const run_t* run) {
  const int64_t left = length_of(&run->files_id) - run->next * chunk_size;
  return left < chunk_size ? left : chunk_size;
}

// The n of a chunk is stamped on its first bytes, so that chunks in a wrong order are noticed.
static void append_chunk(const run_t* run, bson_t* document) {
  const int64_t length = bytes_of_chunk(run);
  const uint64_t stamp = BSON_UINT64_TO_LE((uint64_t)run->next);
  bson_oid_t id = run->files_id;
  const uint32_t n = BSON_UINT32_TO_BE((uint32_t)run->next);
  memcpy(id.bytes, &n, sizeof n);
  BSON_APPEND_OID(document, "_id", &id);
  BSON_APPEND_OID(document, "files_id", &run->files_id);
  BSON_APPEND_INT32(document, "n", (int32_t)run->next);
  BSON_APPEND_BINARY(document, "data", BSON_SUBTYPE_BINARY, block, (uint32_t)length);
  uint8_t* data = (uint8_t*)bson_get_data(document) + document->len - 1 - length;
  memcpy(data, &stamp, length < (int64_t)sizeof stamp ? (size_t)length : sizeof stamp);
}

static void append_file(const bson_oid_t* id, int64_t number, bson_t* document) {
  char name[40];
  snprintf(name, sizeof name, "listing/file-%08lld.bin", (long long)number);
  BSON_APPEND_OID(document, "_id", id);
  BSON_APPEND_INT64(document, "length", length_of(id));
  BSON_APPEND_INT32(document, "chunkSize", chunk_size);
  BSON_APPEND_DATE_TIME(document, "uploadDate", 1700000000000 + number);
  BSON_APPEND_UTF8(document, "filename", name);
}

static void make_listing(void) {
  for (int64_t number = 0; number < listing; ++number) {
    bson_oid_t id = {{0}};
    bson_t document = BSON_INITIALIZER;
    const uint32_t first_bytes = BSON_UINT32_TO_BE((uint32_t)number);
    memcpy(id.bytes, &first_bytes, sizeof first_bytes);
    append_file(&id, number, &document);
    if (!listed) {
      listed_size = document.len;
      listed = malloc((size_t)listing * listed_size);
      if (!listed) abort();
    }
    memcpy(listed + (size_t)number * listed_size, bson_get_data(&document), listed_size);
    bson_destroy(&document);
  }
}

void make_content(int64_t files_listed) {
  listing = files_listed;
  make_block();
  make_listing();
}

void append_next(run_t* run, bson_t* array, uint32_t index) {
  char digits[16];
  const char* key;
  bson_t document;
  const int key_length = (int)bson_uint32_to_string(index, &key, digits, sizeof digits);
  if (run->listing) {
    bson_init_static(&document, listed + (size_t)run->next * listed_size, listed_size);
    bson_append_document(array, key, key_length, &document);
  } else {
    bson_append_document_begin(array, key, key_length, &document);
    if (run->chunks) {
      append_chunk(run, &document);
    } else {
      const bson_oid_t id = id_behind(&run->files_id, run->next);
      append_file(&id, 0, &document);
    }
    bson_append_document_end(array, &document);
  }
  run->next += run->step;
}

uint32_t size_of_next(const run_t* run) {
  return document_overhead + (run->chunks ? (uint32_t)bytes_of_chunk(run) : 0);
}
