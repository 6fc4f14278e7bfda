#include "transfer/put/content_type.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <utility>

namespace gridfs::transfer {

namespace {

using namespace std::string_view_literals;

constexpr std::array common_types{
    std::pair{"bz2"sv, "application/x-bzip"sv}, std::pair{"csv"sv, "text/csv"sv},
    std::pair{"gif"sv, "image/gif"sv},          std::pair{"gz"sv, "application/gzip"sv},
    std::pair{"htm"sv, "text/html"sv},          std::pair{"html"sv, "text/html"sv},
    std::pair{"jpeg"sv, "image/jpeg"sv},        std::pair{"jpg"sv, "image/jpeg"sv},
    std::pair{"json"sv, "application/json"sv},  std::pair{"mp3"sv, "audio/mpeg"sv},
    std::pair{"mp4"sv, "video/mp4"sv},          std::pair{"pdf"sv, "application/pdf"sv},
    std::pair{"png"sv, "image/png"sv},          std::pair{"sql"sv, "application/sql"sv},
    std::pair{"svg"sv, "image/svg+xml"sv},      std::pair{"tar"sv, "application/x-tar"sv},
    std::pair{"txt"sv, "text/plain"sv},         std::pair{"xml"sv, "application/xml"sv},
    std::pair{"xz"sv, "application/x-xz"sv},    std::pair{"zip"sv, "application/zip"sv},
    std::pair{"zst"sv, "application/zstd"sv},
};

std::string extension_of(std::string_view filename) {
  const auto name = filename.substr(filename.rfind('/') + 1);
  const auto dot = name.rfind('.');
  std::string extension(dot == std::string_view::npos ? "" : name.substr(dot + 1));
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension;
}

}  // namespace

ContentTypes::ContentTypes(std::istream& table) {
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string type;
    words >> type;
    for (std::string extension; words >> extension;) types_.try_emplace(extension, type);
  }
  for (const auto& [extension, type] : common_types) types_.try_emplace(std::string(extension), type);
}

std::string ContentTypes::of(std::string_view filename) const {
  const auto found = types_.find(extension_of(filename));
  return found == types_.end() ? "application/octet-stream" : found->second;
}

std::string content_type_of(std::string_view filename) {
  static const ContentTypes types = [] {
    std::ifstream table("/etc/mime.types");
    return ContentTypes(table);
  }();
  return types.of(filename);
}

}  // namespace gridfs::transfer
