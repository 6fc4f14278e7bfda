/// How `ls` shows files.
#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "cli/output/listing.hpp"
#include "cli/output/output.hpp"
#include "transfer/usage.hpp"

namespace gridfs::cli {

struct ListingStyle {
  bool long_format = false;
  bool human_readable = false;  // long as well
  bool size = false;
  bool null = false;  // ends each entry, in which nothing is escaped then

  [[nodiscard]] bool is_long() const noexcept { return long_format || human_readable; }
};

/// Prints one entry a line, or with `--json` one object.
class FilesPrinter {
 public:
  /// Both must outlive it.
  FilesPrinter(const ListingStyle& style, Context& context);

  [[nodiscard]] bool is_empty() const noexcept { return is_empty_; }

  void print(const FileInfo& file);
  void print(const ListedFile& listed);
  void print(const transfer::Usage& directory);
  /// Of a field of files.
  void print(const Value& value);

 private:
  void put(const std::string& entry);
  [[nodiscard]] std::string escaped(const std::string& text) const;
  [[nodiscard]] std::string name_of(const std::optional<std::string>& name) const;

  const ListingStyle& style_;
  Output& output_;
  bool json_;
  bool escapes_;
  bool is_empty_ = true;
};

}  // namespace gridfs::cli
