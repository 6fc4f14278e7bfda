#include "cli/output/explain.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "gridfs/error.hpp"

#include "cli/options/mongofiles_options.hpp"
#include "cli/output/messages.hpp"
#include "transfer/file_text.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::cli {

namespace {

// The newest file of a name; empty also where the server does not say.
std::optional<FileInfo> file_of_name(const std::string& name, Context& context) {
  try {
    return context.bucket(Access::read).find_by_name(name);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// What may be wrong with an `_id` that nobody has.
std::string doubt_of(const std::string& id) {
  constexpr std::size_t digits = 24;
  const bool is_near = id.size() + 2 >= digits && id.size() <= digits + 2 && id.size() != digits;
  if (is_near && std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isxdigit(c) != 0; })) {
    return "; an ObjectId has 24 hex digits, this has " + std::to_string(id.size());
  }
  try {
    if (id.starts_with('{')) static_cast<void>(Value::from_json(id));
  } catch (const ConfigurationError& error) {
    return std::string("; as JSON: ") + error.what();
  }
  return {};
}

std::string explain_missing(const std::string& message, const std::string& operand, Context& context) {
  const std::string where = message + " in " + context.bucket_name();
  const auto use = operand.empty() ? std::nullopt : context.take_advice_for_names();
  const auto file = use ? file_of_name(operand, context) : std::nullopt;
  if (!file) return where + (use ? doubt_of(operand) : "");
  return "no file has the _id " + operand + "; a file of that name exists: " +
         (use->empty() ? "its _id is " + transfer::format_id(file->id()) : "use " + *use);
}

std::string explain_in_use(const std::string& message) {
  constexpr std::string_view mark = "chunks without a file are stored under ";
  const auto at = message.rfind(mark);
  if (at == std::string::npos) return message;
  const std::string repair = repair_command_for(message.substr(at + mark.size()));
  return message + "; unless an upload is under way, '" + repair + "' removes them";
}

std::string explain_for_gridfs(const std::exception& error, const std::string& operand, Context& context) {
  std::string message = error.what();
  if (util::is_any_of<FileNotFound>(error) && message.ends_with(": no such file")) {
    return explain_missing(message, operand, context);
  }
  if (util::is_any_of<FileExists>(error)) return explain_in_use(message);
  if (util::is_any_of<RevisionNotFound>(error)) return message + " in " + context.bucket_name();
  const std::string& uri_source = context.uri_source();
  if (util::is_any_of<ConfigurationError>(error) && message.starts_with("not a valid connection string")) {
    return uri_source + ": " + message;
  }
  if (util::is_any_of<ConnectionError>(error) && message.find("no server could be reached") != std::string::npos) {
    return uri_source.empty() ? message : message + " (connection string: " + uri_source + ")";
  }
  if (util::is_any_of<AuthenticationError>(error) && message.find(": user '") != std::string::npos) {
    return message + "; see --auth-db";
  }
  if (util::is_any_of<AuthenticationError>(error) && message.ends_with("; no user was given")) {
    return message + ": see --username";
  }
  if (util::is_any_of<util::TargetExists>(error)) return message + "; -f replaces it";
  if (util::is_any_of<util::LocalError>(error) && message == operand + ": is a directory") {
    const std::string& advice = context.advice_for_directories();
    return advice.empty() ? message : message + "; " + advice;
  }
  return message;
}

}  // namespace

std::string explain(const std::exception& error, const std::string& operand, Context& context) {
  const std::string message = explain_for_gridfs(error, operand, context);
  return context.options().is_mongofiles ? in_words_of_mongofiles(message) : message;
}

}  // namespace gridfs::cli
