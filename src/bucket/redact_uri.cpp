#include <algorithm>
#include <array>
#include <cctype>

#include "gridfs/client.hpp"

namespace gridfs {

namespace {

constexpr std::string_view mask = "***";

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

// Options that hold a secret, or may: a mechanism's properties can carry a session token.
bool is_secret(std::string_view option) {
  constexpr std::array<std::string_view, 5> secrets{"tlsCertificateKeyFilePassword", "sslClientCertificateKeyPassword",
                                                    "authMechanismProperties", "proxyPassword", "password"};
  return std::any_of(secrets.begin(), secrets.end(), [&](auto name) { return same_ignoring_case(name, option); });
}

// `a=1&b=2`, in which the values of secret options are masked.
std::string redact_options(std::string_view options) {
  std::string result;
  while (!options.empty()) {
    const auto end = std::min(options.find_first_of("&;"), options.size());
    const auto option = options.substr(0, end);
    const auto equals = option.find('=');
    if (equals != std::string_view::npos && is_secret(option.substr(0, equals))) {
      result.append(option.substr(0, equals + 1)).append(mask);
    } else {
      result.append(option);
    }
    if (end < options.size()) result += options[end];
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return result;
}

// One connection string without its scheme.
std::string redact_authority(std::string_view uri) {
  // A password that was not percent-encoded may hold any of `/?@`, so the last `@` ends the credentials, wherever it
  // is.
  std::string result;
  const auto at = uri.rfind('@');
  if (at != std::string_view::npos) {
    const auto credentials = uri.substr(0, at);
    const auto colon = credentials.find(':');
    if (colon == std::string_view::npos) {
      result.append(credentials);
    } else {
      result.append(credentials.substr(0, colon + 1)).append(mask);
    }
    uri.remove_prefix(at);
  }
  const auto query = uri.find('?');
  if (query == std::string_view::npos) return result.append(uri);
  return result.append(uri.substr(0, query + 1)).append(redact_options(uri.substr(query + 1)));
}

}  // namespace

std::string redact_uri(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    // Any scheme: one that is misspelt must not show a password.
    constexpr std::string_view scheme_end = "://";
    const auto scheme = text.find(scheme_end);
    if (scheme == std::string_view::npos) break;
    const auto authority = scheme + scheme_end.size();
    result.append(text.substr(0, authority));
    text.remove_prefix(authority);
    // In running text a connection string ends with white space or a quotation mark.
    const auto end = std::min(text.find_first_of(" \t\r\n'\"`"), text.size());
    result.append(redact_authority(text.substr(0, end)));
    text.remove_prefix(end);
  }
  return result.append(text);
}

}  // namespace gridfs
