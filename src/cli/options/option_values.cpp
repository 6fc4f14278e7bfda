#include "cli/options/option_values.hpp"

#include <limits>
#include <stdexcept>

#include "gridfs/error.hpp"

#include "cli/options/option_helpers.hpp"
#include "util/fs/input.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

bool is_object(const std::string& text) { return text.starts_with('{'); }

// The fields of a JSON document, each of which must be handled.
template <typename Handle>
void each_field(const std::string& text, Handle handle) {
  for (const auto& [key, value] : parse_document(text).fields()) {
    if (!handle(key, value)) throw UsageError("'" + key + "' is unknown here, or its value is not valid");
  }
}

ReadPreference::Mode parse_mode(const std::string& text) {
  using Mode = ReadPreference::Mode;
  return parse_choice<Mode>(text, {{"primary", Mode::primary},
                                   {"primaryPreferred", Mode::primary_preferred},
                                   {"secondary", Mode::secondary},
                                   {"secondaryPreferred", Mode::secondary_preferred},
                                   {"nearest", Mode::nearest}});
}

std::string parse_level(const std::string& text) {
  return parse_choice<std::string>(text, {{"local", "local"},
                                          {"available", "available"},
                                          {"majority", "majority"},
                                          {"linearizable", "linearizable"},
                                          {"snapshot", "snapshot"}});
}

void parse_tag_sets(const Value& value, ReadPreference& preference) {
  for (const Value& tags : value.as_array().value_or(std::vector<Value>{})) {
    if (auto document = tags.as_document()) preference.tag_sets.push_back(*std::move(document));
  }
}

}  // namespace

Document parse_document(const std::string& text) {
  try {
    return Document::from_json(text);
  } catch (const ConfigurationError& error) {
    throw UsageError(error.what());
  }
}

Document read_document(const std::string& option, const std::string& text, const std::stop_token& stop) {
  try {
    return parse_document(text.starts_with('@') ? util::read_text(util::Input::of_operand(text.substr(1)), stop)
                                                : text);
  } catch (const UsageError& error) {
    throw UsageError(option + ": " + error.what());
  }
}

WriteConcern parse_write_concern(const std::string& text) {
  if (text.empty()) throw UsageError("it must not be empty");
  WriteConcern concern;
  if (!is_object(text)) {
    concern.w = text;
    if (const auto number = util::parse_number<int>(text)) concern.w = *number;
    return concern;
  }
  concern.w = "majority";  // without one, servers wait for the primary alone, whatever their default is
  each_field(text, [&](const std::string& key, const Value& value) {
    const auto number = value.as_integer();
    if (key == "w" && number && *number >= 0 && *number <= std::numeric_limits<int>::max()) {
      concern.w = static_cast<int>(*number);
    } else if (key == "w" && value.as_string()) {
      concern.w = *value.as_string();
    } else if (key == "j" && value.as_bool()) {
      concern.journal = *value.as_bool();
    } else if (key == "wtimeout" && number) {
      concern.timeout.reset();  // 0 is no limit
      if (*number != 0) concern.timeout = std::chrono::milliseconds(*number);
    } else {
      return false;
    }
    return true;
  });
  return concern;
}

ReadConcern parse_read_concern(const std::string& text) {
  if (!is_object(text)) return {parse_level(text)};
  ReadConcern concern;
  each_field(text, [&](const std::string& key, const Value& value) {
    if (key != "level" || !value.as_string()) return false;
    concern.level = parse_level(*value.as_string());
    return true;
  });
  return concern;
}

ReadPreference parse_read_preference(const std::string& text) {
  ReadPreference preference;
  if (!is_object(text)) {
    preference.mode = parse_mode(text);
    return preference;
  }
  each_field(text, [&](const std::string& key, const Value& value) {
    if (key == "mode" && value.as_string()) {
      preference.mode = parse_mode(*value.as_string());
    } else if (key == "tagSets" && value.as_array()) {
      parse_tag_sets(value, preference);
      return preference.tag_sets.size() == value.as_array()->size();
    } else if (key == "maxStalenessSeconds" && value.as_integer()) {
      preference.max_staleness.reset();  // -1 is no limit
      if (*value.as_integer() != -1) preference.max_staleness = std::chrono::seconds(*value.as_integer());
    } else {
      return false;
    }
    return true;
  });
  return preference;
}

std::chrono::seconds parse_age(const std::string& text) {
  try {
    return std::chrono::ceil<std::chrono::seconds>(util::parse_duration(text));
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

}  // namespace gridfs::cli
