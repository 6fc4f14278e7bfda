/// Content types of files, by their names.
#pragma once

#include <istream>
#include <map>
#include <string>
#include <string_view>

namespace gridfs::transfer {

/// Content types by the extensions of filenames.
class ContentTypes {
 public:
  /// @param table  in the format of /etc/mime.types; of an extension that occurs twice the first type counts. Some
  /// common
  ///               extensions are known without it.
  explicit ContentTypes(std::istream& table);

  /// `application/octet-stream` if the extension is unknown.
  [[nodiscard]] std::string of(std::string_view filename) const;

 private:
  std::map<std::string, std::string, std::less<>> types_;
};

/// By /etc/mime.types, which is read once.
std::string content_type_of(std::string_view filename);

}  // namespace gridfs::transfer
