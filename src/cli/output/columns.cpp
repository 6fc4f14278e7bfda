#include "cli/output/columns.hpp"

#include <algorithm>

#include "util/text/display_width.hpp"
#include "util/text/units.hpp"

namespace gridfs::cli {

namespace {

constexpr std::size_t gap = 2;

std::string with_tabs(const std::vector<Field>& fields) {
  std::string line = fields.front().text;
  for (std::size_t i = 1; i < fields.size(); ++i) line.append("\t").append(fields[i].text);
  return line;
}

std::string in_columns(const std::vector<Field>& fields) {
  std::string line;
  for (const Field& field : fields) {
    const std::size_t width = util::display_width(field.text);
    const std::string blanks(field.width - std::min(width, field.width), ' ');
    line.append(field.is_number ? blanks + field.text : field.text + blanks).append(gap, ' ');
  }
  return line;
}

}  // namespace

Field size_field(std::optional<std::int64_t> bytes, bool human_readable) {
  const std::size_t width = human_readable ? 5 : 11;
  if (!bytes) return {"-", width, true};
  return {human_readable ? util::human_size(*bytes) : std::to_string(*bytes), width, true};
}

std::string line_of(std::vector<Field> fields, std::optional<std::size_t> columns) {
  if (!columns) return with_tabs(fields);
  constexpr std::size_t least = 12;
  const std::string last = std::move(fields.back().text);
  fields.pop_back();
  std::string line = in_columns(fields);
  while (fields.size() > 1 && util::display_width(line) + least > *columns) {
    fields.pop_back();
    line = in_columns(fields);
  }
  const std::size_t used = util::display_width(line);
  line += util::shorten_to_width(last, std::max(least, *columns - std::min(used, *columns)));
  return util::shorten_to_width(line, *columns);
}

}  // namespace gridfs::cli
