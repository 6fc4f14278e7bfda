#include "cli/options/mongofiles_options.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "cli/options/usage_error.hpp"
#include "util/text/similar.hpp"

namespace gridfs::cli {

namespace {

constexpr std::array<MongofilesOption, 27> known_options{{
    {" --uri ", true, "", ""},
    {" -h --host ", true, "", ""},
    {" --port ", true, "", ""},
    {" -d --db ", true, "--db", ""},
    {" --prefix ", true, "--bucket", ""},
    {" -u --username ", true, "--username", ""},
    {" -p --password ", true, "", ""},
    {" --authenticationDatabase ", true, "--auth-db", ""},
    {" --authenticationMechanism ", true, "--auth-mechanism", ""},
    {" --ssl --tls ", false, "--tls", ""},
    {" --sslCAFile --tlsCAFile ", true, "--tls-ca-file", ""},
    {" --sslPEMKeyFile --tlsCertificateKeyFile ", true, "--tls-cert-key-file", ""},
    {" --sslAllowInvalidCertificates --tlsAllowInvalidCertificates ", false, "--tls-allow-invalid-certificates", ""},
    {" --sslAllowInvalidHostnames --tlsAllowInvalidHostnames ", false, "--tls-allow-invalid-hostnames", ""},
    {" --writeConcern ", true, "--write-concern", ""},
    {" --readPreference ", true, "--read-preference", ""},
    {" --quiet ", false, "--quiet", ""},
    {" -v --verbose ", false, "", ""},
    {" -l --local ", true, "", "put get"},
    {" -t --type ", true, "--content-type", "put"},
    {" -r --replace ", false, "--replace", "put"},
    {" --overwriteLocal ", false, "--force", "get"},
    {" --regexOptions ", true, "", "get_regex"},
    // Not of mongofiles, but what its passwords and missing time limits are to be replaced by.
    {" --uri-file ", true, "--uri-file", ""},
    {" --password-file ", true, "--password-file", ""},
    {" --password-command ", true, "--password-command", ""},
    {" --timeout ", true, "--timeout", ""},
}};

// Options of mongofiles without a translation, and what to do instead.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> untranslated{{
    {"--sslPEMKeyPassword", "use tlsCertificateKeyFilePassword in the connection string"},
    {"--sslCRLFile", "revocation lists are not supported"},
    {"--sslFIPSMode", "enable FIPS mode in the configuration of OpenSSL"},
    {"--tlsInsecure", "use --sslAllowInvalidCertificates and --sslAllowInvalidHostnames"},
    {"--gssapiServiceName", "use authMechanismProperties=SERVICE_NAME:... in the connection string"},
    {"--gssapiHostName", "give that name in --host"},
    {"--awsSessionToken", "use authMechanismProperties=AWS_SESSION_TOKEN:... in the connection string"},
    {"--compressors", "use compressors=... in the connection string"},
    {"--serverSelectionTimeout", "use serverSelectionTimeoutMS=... in the connection string"},
    {"--dialTimeout", "use connectTimeoutMS=... in the connection string"},
    {"--socketTimeout", "use socketTimeoutMS=... in the connection string"},
    {"--config", "use --uri-file or --password-file"},
    {"--dbpath", "start mongod on that directory"},
    {"--ipv6", "IPv6 is always on"},
}};

// Null if it is none.
const MongofilesOption* find_option_if_any(const std::string& name) {
  const auto* found = std::find_if(known_options.begin(), known_options.end(), [&](const MongofilesOption& option) {
    return option.names.find(' ' + name + ' ') != std::string_view::npos;
  });
  return found == known_options.end() ? nullptr : found;
}

// The last of its names.
std::string long_name(const MongofilesOption& option) {
  const auto begin = option.names.rfind("--");
  return std::string(option.names.substr(begin, option.names.size() - begin - 1));
}

}  // namespace

const MongofilesOption& find_option(const std::string& name) {
  if (const MongofilesOption* found = find_option_if_any(name)) return *found;
  for (const auto& [unknown, instead] : untranslated) {
    if (name == unknown) throw UsageError(name + " is not supported: " + std::string(instead));
  }
  std::vector<std::string> names;
  names.reserve(known_options.size());
  for (const MongofilesOption& option : known_options) names.push_back(long_name(option).substr(2));
  const std::string meant = name.starts_with("--") ? util::most_similar(name.substr(2), names) : "";
  throw UsageError("unknown option " + name + (meant.empty() ? "" : ": did you mean --" + meant + "?"));
}

std::string_view option_for(const std::string& name) {
  const MongofilesOption* found = find_option_if_any(name);
  if (found == nullptr) return {};
  if (found->names == " -h --host " || found->names == " --port ") return "--uri";
  return found->names == " -p --password " ? "--password-file" : found->ours;
}

std::string in_words_of_mongofiles(const std::string& message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> translated{
      {{"--filter", "the pattern"}, {"--regex", "the pattern"}, {"--id", "the id"}, {"--name", "the name"}}};
  const std::string_view first = std::string_view(message).substr(0, message.find(':'));
  const std::string_view last = std::string_view(message).substr(message.rfind(' ') + 1);
  for (const auto& [ours, theirs] : translated) {
    if (first == ours) return std::string(theirs) + message.substr(ours.size());
  }
  for (const MongofilesOption& option : known_options) {
    if (option.ours.empty()) continue;
    if (first == option.ours) return long_name(option) + message.substr(first.size());
    if (last == option.ours) return message.substr(0, message.size() - last.size()) + long_name(option);
  }
  return message;
}

}  // namespace gridfs::cli
