// GridFS as a program on libmongoc's own mongoc_gridfs_bucket_t does it: one file after the other.
#include <fcntl.h>
#include <mongoc/mongoc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "paths.h"

typedef struct {
  mongoc_gridfs_bucket_t* bucket;
  char** arguments;
  int count;
} work_t;

static void fail(const char* what, const char* why) {
  fprintf(stderr, "libmongoc: %s: %s\n", what, *why ? why : "failed without a message");
  exit(1);
}

static void upload(mongoc_gridfs_bucket_t* bucket, const char* path, const char* name, bson_value_t* id) {
  bson_error_t error = {0};
  mongoc_stream_t* source = mongoc_stream_file_new_for_path(path, O_RDONLY, 0);
  if (!source) fail(path, "cannot be opened");
  if (!mongoc_gridfs_bucket_upload_from_stream(bucket, name, source, NULL, id, &error)) fail(path, error.message);
  mongoc_stream_destroy(source);
}

static void download(mongoc_gridfs_bucket_t* bucket, const bson_value_t* id, const char* path) {
  bson_error_t error = {0};
  mongoc_stream_t* target = mongoc_stream_file_new_for_path(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (!target) fail(path, "cannot be made");
  if (!mongoc_gridfs_bucket_download_to_stream(bucket, id, target, &error)) fail(path, error.message);
  mongoc_stream_destroy(target);
}

static bson_value_t object_id(const char* text) {
  bson_value_t id = {.value_type = BSON_TYPE_OID};
  if (!bson_oid_is_valid(text, strlen(text))) fail(text, "not an ObjectId");
  bson_oid_init_from_string(&id.value.v_oid, text);
  return id;
}

static void put(work_t* work) {
  bson_value_t id;
  char text[25];
  upload(work->bucket, work->arguments[0], work->arguments[1], &id);
  bson_oid_to_string(&id.value.v_oid, text);
  puts(text);
}

static void get(work_t* work) {
  bson_value_t id = object_id(work->arguments[0]);
  download(work->bucket, &id, work->arguments[1]);
}

static void put_one_of_tree(const char* path, const char* relative, void* context) {
  work_t* work = context;
  char* name = bson_strdup_printf("%s%s", work->arguments[1], relative);
  bson_value_t id;
  upload(work->bucket, path, name, &id);
  bson_free(name);
}

static void put_tree(work_t* work) {
  if (!walk_files(work->arguments[0], put_one_of_tree, work)) fail(work->arguments[0], "cannot be walked");
}

static void check_cursor(mongoc_cursor_t* cursor) {
  bson_error_t error = {0};
  if (mongoc_cursor_error(cursor, &error)) fail("find", error.message);
  mongoc_cursor_destroy(cursor);
}

// The names of the benchmark's trees hold nothing that means something in a regular expression but the dot.
static void get_tree(work_t* work) {
  const char* prefix = work->arguments[0];
  char* pattern = bson_strdup_printf("^%s", prefix);
  bson_t* filter = bson_new();
  BSON_APPEND_REGEX(filter, "filename", pattern, "");
  mongoc_cursor_t* cursor = mongoc_gridfs_bucket_find(work->bucket, filter, NULL);
  const bson_t* file;
  while (mongoc_cursor_next(cursor, &file)) {
    bson_iter_t id, name;
    if (!bson_iter_init_find(&id, file, "_id") || !bson_iter_init_find(&name, file, "filename")) fail("find", "no _id");
    char* path = bson_strdup_printf("%s/%s", work->arguments[1], bson_iter_utf8(&name, NULL) + strlen(prefix));
    if (!make_parents(path)) fail(path, "its directory cannot be made");
    download(work->bucket, bson_iter_value(&id), path);
    bson_free(path);
  }
  check_cursor(cursor);
  bson_destroy(filter);
  bson_free(pattern);
}

static void print_file(const bson_t* file, bool as_json, bool in_full) {
  if (as_json) {
    char* json = bson_as_relaxed_extended_json(file, NULL);
    puts(json);
    bson_free(json);
    return;
  }
  bson_iter_t id, name, length, date;
  if (!bson_iter_init_find(&name, file, "filename")) fail("find", "no filename");
  if (!in_full) {
    puts(bson_iter_utf8(&name, NULL));
    return;
  }
  char text[25], time[32];
  if (!bson_iter_init_find(&id, file, "_id") || !bson_iter_init_find(&length, file, "length") ||
      !bson_iter_init_find(&date, file, "uploadDate")) {
    fail("find", "not a file");
  }
  bson_oid_to_string(bson_iter_oid(&id), text);
  const time_t seconds = bson_iter_date_time(&date) / 1000;
  strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
  printf("%s\t%lld\t%s\t%s\n", text, (long long)bson_iter_as_int64(&length), time, bson_iter_utf8(&name, NULL));
}

static void ls(work_t* work) {
  const bool as_json = work->count > 0 && strcmp(work->arguments[0], "--json") == 0;
  const bool in_full = work->count > 0 && strcmp(work->arguments[0], "-l") == 0;
  bson_t filter = BSON_INITIALIZER;
  bson_t* options = BCON_NEW("sort", "{", "filename", BCON_INT32(1), "uploadDate", BCON_INT32(1), "}");
  mongoc_cursor_t* cursor = mongoc_gridfs_bucket_find(work->bucket, &filter, options);
  const bson_t* file;
  while (mongoc_cursor_next(cursor, &file)) print_file(file, as_json, in_full);
  check_cursor(cursor);
  bson_destroy(options);
}

static void rm(work_t* work) {
  for (int i = 0; i < work->count; ++i) {
    bson_error_t error = {0};
    bson_value_t id = object_id(work->arguments[i]);
    if (!mongoc_gridfs_bucket_delete_by_id(work->bucket, &id, &error)) fail(work->arguments[i], error.message);
  }
}

static const struct {
  const char* name;
  int least;
  void (*run)(work_t*);
} commands[] = {{"put", 2, put},           {"get", 2, get}, {"put-tree", 2, put_tree},
                {"get-tree", 2, get_tree}, {"ls", 0, ls},   {"rm", 1, rm}};

int main(int argc, char** argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    printf("libmongoc %s\n", mongoc_get_version());
    return 0;
  }
  if (argc < 5) fail("usage", "peer URI DATABASE BUCKET {put|get|put-tree|get-tree|ls|rm} ...");
  mongoc_init();
  bson_error_t error = {0};
  mongoc_client_t* client = mongoc_client_new(argv[1]);
  if (!client) fail(argv[1], "not a connection string");
  mongoc_database_t* database = mongoc_client_get_database(client, argv[2]);
  bson_t* options = BCON_NEW("bucketName", BCON_UTF8(argv[3]));
  work_t work = {mongoc_gridfs_bucket_new(database, options, NULL, &error), argv + 5, argc - 5};
  if (!work.bucket) fail(argv[3], error.message);
  bool known = false;
  for (size_t i = 0; i < sizeof commands / sizeof *commands; ++i) {
    if (strcmp(argv[4], commands[i].name) == 0 && work.count >= commands[i].least) {
      known = true;
      commands[i].run(&work);
    }
  }
  mongoc_gridfs_bucket_destroy(work.bucket);
  bson_destroy(options);
  mongoc_database_destroy(database);
  mongoc_client_destroy(client);
  mongoc_cleanup();
  return known ? 0 : 2;
}
