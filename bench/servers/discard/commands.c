#include "commands.h"

#include <pthread.h>
#include <string.h>

#include "content.h"

// As mongod has them, which bounds the reply to what fits a document.
enum { default_first_batch = 101, largest_batch_bytes = 16 * 1024 * 1024, most_cursors = 1024 };

static pthread_mutex_t cursors_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
  bool used;
  run_t run;
} cursors[most_cursors];

static int64_t keep_cursor(const run_t* run) {
  int64_t id = 0;
  pthread_mutex_lock(&cursors_lock);
  for (int64_t i = 0; i < most_cursors && id == 0; ++i) {
    if (!cursors[i].used) {
      cursors[i].used = true;
      cursors[i].run = *run;
      id = i + 1;
    }
  }
  pthread_mutex_unlock(&cursors_lock);
  return id;
}

static bool take_cursor(int64_t id, run_t* run) {
  if (id < 1 || id > most_cursors) return false;
  pthread_mutex_lock(&cursors_lock);
  const bool there = cursors[id - 1].used;
  *run = cursors[id - 1].run;
  cursors[id - 1].used = false;
  pthread_mutex_unlock(&cursors_lock);
  return there;
}

static int64_t number_of(const bson_t* command, const char* key, int64_t otherwise) {
  bson_iter_t at;
  return bson_iter_init_find(&at, command, key) ? bson_iter_as_int64(&at) : otherwise;
}

static const char* text_of(const bson_t* command, const char* key) {
  bson_iter_t at;
  return bson_iter_init_find(&at, command, key) && BSON_ITER_HOLDS_UTF8(&at) ? bson_iter_utf8(&at, NULL) : "";
}

static void give_batch(run_t* run, const bson_t* command, const char* collection, bool first, bson_t* reply) {
  const int64_t asked = number_of(command, "batchSize", first ? default_first_batch : INT32_MAX);
  bson_t cursor, batch;
  uint32_t given = 0, bytes = 0;
  char* space = bson_strdup_printf("%s.%s", text_of(command, "$db"), collection);
  BSON_APPEND_DOCUMENT_BEGIN(reply, "cursor", &cursor);
  BSON_APPEND_ARRAY_BEGIN(&cursor, first ? "firstBatch" : "nextBatch", &batch);
  for (; run->next < run->end && given < asked && bytes + size_of_next(run) < largest_batch_bytes; ++given) {
    bytes += size_of_next(run);
    append_next(run, &batch, given);
  }
  bson_append_array_end(&cursor, &batch);
  const bool single = number_of(command, "singleBatch", 0) != 0;
  BSON_APPEND_INT64(&cursor, "id", run->next < run->end && !single ? keep_cursor(run) : 0);
  BSON_APPEND_UTF8(&cursor, "ns", space);
  bson_append_document_end(reply, &cursor);
  bson_free(space);
}

static bool get_more(const bson_t* command, bson_t* reply) {
  run_t run;
  if (!take_cursor(number_of(command, "getMore", 0), &run)) return false;
  give_batch(&run, command, text_of(command, "collection"), false, reply);
  return true;
}

static uint32_t documents_in(const request_t* request, const char* array) {
  bson_iter_t at, item;
  uint32_t count = request->documents_beside;
  if (bson_iter_init_find(&at, &request->command, array) && bson_iter_recurse(&at, &item)) {
    while (bson_iter_next(&item)) ++count;
  }
  return count;
}

static void greet(bson_t* reply) {
  BSON_APPEND_BOOL(reply, "ismaster", true);
  BSON_APPEND_BOOL(reply, "isWritablePrimary", true);
  BSON_APPEND_BOOL(reply, "helloOk", true);
  BSON_APPEND_INT32(reply, "maxBsonObjectSize", 16 * 1024 * 1024);
  BSON_APPEND_INT32(reply, "maxMessageSizeBytes", 48000000);
  BSON_APPEND_INT32(reply, "maxWriteBatchSize", 100000);
  BSON_APPEND_INT32(reply, "minWireVersion", 0);
  BSON_APPEND_INT32(reply, "maxWireVersion", 21);
  BSON_APPEND_BOOL(reply, "readOnly", false);
}

static void refuse(bson_t* reply, int32_t code, const char* why) {
  BSON_APPEND_DOUBLE(reply, "ok", 0);
  BSON_APPEND_INT32(reply, "code", code);
  BSON_APPEND_UTF8(reply, "errmsg", why);
}

void answer(const request_t* request, bson_t* reply) {
  bson_iter_t first;
  const bson_t* command = &request->command;
  const char* name = bson_iter_init(&first, command) && bson_iter_next(&first) ? bson_iter_key(&first) : "";
  if (strcmp(name, "hello") == 0 || bson_strcasecmp(name, "ismaster") == 0) {
    greet(reply);
  } else if (strcmp(name, "insert") == 0) {
    BSON_APPEND_INT32(reply, "n", (int32_t)documents_in(request, "documents"));
  } else if (strcmp(name, "find") == 0) {
    const char* collection = text_of(command, "find");
    run_t run = run_of_find(command, collection);
    give_batch(&run, command, collection, true, reply);
  } else if (strcmp(name, "getMore") == 0) {
    if (!get_more(command, reply)) {
      refuse(reply, 43, "no such cursor");
      return;
    }
  } else if (strcmp(name, "count") == 0) {
    BSON_APPEND_INT32(reply, "n", INT32_MAX);  // who counts what was stored finds all of it
  } else if (strcmp(name, "listIndexes") == 0) {
    refuse(reply, 26, "no such collection");
    return;
  } else if (strcmp(name, "killCursors") == 0) {
    bson_iter_t at, id;
    run_t ended;
    if (bson_iter_init_find(&at, command, "cursors") && bson_iter_recurse(&at, &id)) {
      while (bson_iter_next(&id)) take_cursor(bson_iter_as_int64(&id), &ended);
    }
  }
  BSON_APPEND_DOUBLE(reply, "ok", 1);
}
