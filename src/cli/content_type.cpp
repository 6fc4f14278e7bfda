#include "cli/content_type.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

namespace gridfs::cli {

std::string guess_content_type(const std::string& name) {
  const auto dot = name.rfind('.');
  const auto slash = name.rfind('/');
  std::string type = "application/octet-stream";
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) return type;
  std::string ending = name.substr(dot + 1);
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });

  std::ifstream table("/etc/mime.types");
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string candidate;
    words >> candidate;
    for (std::string known; words >> known;) {
      if (known == ending) return candidate;
    }
  }
  return type;
}

}  // namespace gridfs::cli
