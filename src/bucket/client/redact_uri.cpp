#include <algorithm>
#include <array>
#include <cctype>

#include "gridfs/client.hpp"

namespace gridfs {

namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view scheme_end = "://";

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

bool is_scheme_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
}

// Options that hold a secret, or may: a mechanism's properties can carry a session token.
bool is_secret(std::string_view option) {
  constexpr std::array<std::string_view, 5> secrets{"tlsCertificateKeyFilePassword", "sslClientCertificateKeyPassword",
                                                    "authMechanismProperties", "proxyPassword", "password"};
  return std::any_of(secrets.begin(), secrets.end(), [&](auto name) { return same_ignoring_case(name, option); });
}

// Where the value of the first option that holds a secret begins, or npos.
std::size_t find_secret(std::string_view uri) {
  constexpr std::string_view separators = "?&;";
  for (auto at = uri.find_first_of(separators); at != std::string_view::npos;) {
    const auto begin = at + 1;
    at = uri.find_first_of(separators, begin);
    const auto equals = uri.find('=', begin);
    if (equals < at && is_secret(uri.substr(begin, equals - begin))) return equals + 1;
  }
  return std::string_view::npos;
}

// `user:password`. A password that was not percent-encoded may hold any character, and so be taken for all that can
// stand before an `@`; the name before it is shown if it can be nothing else.
std::string redact_credentials(std::string_view credentials) {
  const auto user = credentials.substr(0, credentials.find(':'));
  if (user.find_first_of("/?#[]&;=") != std::string_view::npos) return std::string(mask);
  return user.size() == credentials.size() ? std::string(user) : std::string(user).append(":").append(mask);
}

// `a:1,b,[::1]:2`. A password without an `@` behind it is taken for a port.
bool are_hosts(std::string_view hosts) {
  while (!hosts.empty()) {
    const auto host = hosts.substr(0, hosts.find(','));
    const auto port = host.ends_with(']') ? std::string_view() : host.substr(std::min(host.rfind(':'), host.size()));
    if (port.find_first_not_of("0123456789", 1) != std::string_view::npos) return false;
    hosts.remove_prefix(std::min(host.size() + 1, hosts.size()));
  }
  return true;
}

}  // namespace

std::string redact_connection_string(std::string_view uri) {
  const auto scheme = uri.find(scheme_end);
  if (scheme == std::string_view::npos || !std::all_of(uri.begin(), uri.begin() + scheme, is_scheme_character)) {
    return std::string(uri.empty() ? uri : mask);
  }
  const auto authority = scheme + scheme_end.size();
  std::string result(uri.substr(0, authority));
  uri.remove_prefix(authority);
  const auto secret = find_secret(uri);
  const auto at = uri.rfind('@');
  // It may be in the password as well as in the option.
  if (secret != std::string_view::npos && at != std::string_view::npos && at >= secret) return result.append(mask);
  std::string_view shown = uri.substr(0, secret);
  // The last one, wherever it is, ends the credentials.
  if (at != std::string_view::npos) {
    result.append(redact_credentials(shown.substr(0, at)));
    shown.remove_prefix(at);
  } else if (!are_hosts(shown.substr(0, shown.find_first_of("/?")))) {
    return result.append(redact_credentials(shown));
  }
  result.append(shown);
  return secret == std::string_view::npos ? result : result.append(mask);
}

std::string redact_uri(std::string_view text) {
  const auto end = text.find(scheme_end);
  if (end == std::string_view::npos) return std::string(text);
  auto begin = end;
  while (begin > 0 && is_scheme_character(text[begin - 1])) --begin;
  return std::string(text.substr(0, begin)).append(redact_connection_string(text.substr(begin)));
}

}  // namespace gridfs
