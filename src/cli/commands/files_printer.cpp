#include "cli/commands/files_printer.hpp"

#include <string_view>

#include "gridfs/error.hpp"

#include "cli/output/columns.hpp"
#include "transfer/file_text.hpp"
#include "util/text/escape.hpp"

namespace gridfs::cli {

namespace {

Field size_of(const FileInfo& file, bool human_readable) {
  std::optional<std::int64_t> size;
  try {
    size = file.length();
  } catch (const CorruptFile&) {
  }
  return size_field(size, human_readable);
}

// In columns to the minute, unless they are many.
Field date_of(const FileInfo& file, std::optional<std::size_t> columns) {
  constexpr std::size_t whole = std::string_view("2024-05-01T12:00:00.123Z").size();
  constexpr std::size_t brief = std::string_view("2024-05-01 12:00").size();
  std::string date = transfer::format_date(file.upload_date());
  if (!columns || *columns >= 100) return {date, whole};
  if (date.size() == whole) date.replace(date.find('T'), 1, " ").resize(brief);
  return {date, brief};
}

}  // namespace

FilesPrinter::FilesPrinter(const ListingStyle& style, Context& context)
    : style_(style),
      output_(context.output()),
      json_(context.options().json),
      escapes_(!style.null || output_.is_terminal()) {}

void FilesPrinter::print(const FileInfo& file) {
  if (json_) return put(file.document().to_json());
  put(name_of(file.filename()) + (style_.size ? '\t' + size_of(file, false).text : ""));
}

void FilesPrinter::print(const ListedFile& listed) {
  if (!style_.is_long()) return print(listed.file);
  if (json_) {
    Document document = listed.file.document();
    const bool has_own = document.find("revision").has_value();
    if (listed.revision && !has_own) document.append("revision", Value(*listed.revision));
    return put(document.to_json());
  }
  const auto columns = style_.null ? std::nullopt : output_.columns();
  put(line_of({{transfer::format_id(listed.file.id()), 24},
               size_of(listed.file, style_.human_readable),
               date_of(listed.file, columns),
               {listed.revision ? std::to_string(*listed.revision) : "-", 3, true},
               {name_of(listed.name)}},
              columns));
}

void FilesPrinter::print(const transfer::Usage& directory) {
  put(json_ ? Document().append("prefix", Value(directory.prefix)).to_json() : name_of(directory.prefix));
}

void FilesPrinter::print(const Value& value) {
  if (json_) return put(Document().append("value", value).to_json());
  put(escaped(value.as_string().value_or(value.to_json())));
}

void FilesPrinter::put(const std::string& entry) {
  output_.line(entry, Output::Flush::when_full, style_.null ? '\0' : '\n');
  is_empty_ = false;
}

std::string FilesPrinter::escaped(const std::string& text) const { return escapes_ ? util::escape(text) : text; }

std::string FilesPrinter::name_of(const std::optional<std::string>& name) const { return escaped(name.value_or("")); }

}  // namespace gridfs::cli
