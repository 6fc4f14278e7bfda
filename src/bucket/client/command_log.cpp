#include "bucket/client/command_log.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include "bucket/bson/bson_bridge.hpp"
#include "bucket/client/driver_log.hpp"
#include "bucket/client/handles.hpp"

namespace gridfs::detail {

namespace {

using CallbacksHandle = Handle<mongoc_apm_callbacks_t, mongoc_apm_callbacks_destroy>;

// What the thread has sent last, as `insert shop.fs.chunks`: it waits for each answer.
thread_local std::string last_command;

std::optional<std::string> text_of(const bson_t* document, const char* key) {
  bson_iter_t iter;
  return bson_iter_init_find(&iter, document, key) ? text_at(iter) : std::nullopt;
}

void on_started(const mongoc_apm_command_started_t* event) {
  const char* name = mongoc_apm_command_started_get_command_name(event);
  const bson_t* command = mongoc_apm_command_started_get_command(event);
  auto collection = text_of(command, name);
  if (!collection) collection = text_of(command, "collection");
  last_command = std::string(name) + ' ' + mongoc_apm_command_started_get_database_name(event);
  if (collection) last_command += '.' + *collection;
}

void log_outcome(const mongoc_host_list_t* host, std::int64_t microseconds, const std::string& outcome) {
  log(LogLevel::debug, last_command + " on " + static_cast<const char*>(host->host_and_port) + ": " + outcome + ", " +
                           std::to_string(microseconds) + " us");
}

void on_succeeded(const mongoc_apm_command_succeeded_t* event) {
  bson_iter_t iter;
  const bool refused = bson_iter_init_find(&iter, mongoc_apm_command_succeeded_get_reply(event), "writeErrors");
  log_outcome(mongoc_apm_command_succeeded_get_host(event), mongoc_apm_command_succeeded_get_duration(event),
              refused ? "write errors" : "ok");
}

// The words of an error may quote the command.
void on_failed(const mongoc_apm_command_failed_t* event) {
  log_outcome(mongoc_apm_command_failed_get_host(event), mongoc_apm_command_failed_get_duration(event),
              text_of(mongoc_apm_command_failed_get_reply(event), "codeName").value_or("no answer"));
}

}  // namespace

void log_commands(mongoc_client_t* client) {
  const CallbacksHandle callbacks(mongoc_apm_callbacks_new());
  mongoc_apm_set_command_started_cb(callbacks.get(), on_started);
  mongoc_apm_set_command_succeeded_cb(callbacks.get(), on_succeeded);
  mongoc_apm_set_command_failed_cb(callbacks.get(), on_failed);
  mongoc_client_set_apm_callbacks(client, callbacks.get(), nullptr);
}

}  // namespace gridfs::detail
