#include "content.h"

#include <string.h>

enum { chunk_size = 255 * 1024, document_overhead = 256 };

static uint8_t block[chunk_size];

void make_content(void) {
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

static void append_file(const bson_oid_t* id, bson_t* document) {
  BSON_APPEND_OID(document, "_id", id);
  BSON_APPEND_INT64(document, "length", length_of(id));
  BSON_APPEND_INT32(document, "chunkSize", chunk_size);
  BSON_APPEND_DATE_TIME(document, "uploadDate", 1700000000000);
  BSON_APPEND_UTF8(document, "filename", "large.bin");
}

void append_next(run_t* run, bson_t* array, uint32_t index) {
  char digits[16];
  const char* key;
  bson_t document;
  const int key_length = (int)bson_uint32_to_string(index, &key, digits, sizeof digits);
  bson_append_document_begin(array, key, key_length, &document);
  if (run->chunks) {
    append_chunk(run, &document);
  } else {
    append_file(&run->files_id, &document);
  }
  bson_append_document_end(array, &document);
  run->next += run->step;
}

uint32_t size_of_next(const run_t* run) {
  return document_overhead + (run->chunks ? (uint32_t)bytes_of_chunk(run) : 0);
}
