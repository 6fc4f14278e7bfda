#include "cli/mongofiles.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/options/usage_error.hpp"
#include "support/catch.hpp"

using gridfs::cli::translate;
using gridfs::cli::UsageError;

namespace {

using Words = std::vector<std::string>;

struct Case {
  Words theirs;
  Words ours;
};

Words translated(const Words& theirs) { return translate(theirs).arguments; }

std::string refusal_of(const Words& theirs) {
  try {
    static_cast<void>(translate(theirs));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

std::string filter(const std::string& pattern) {
  return R"(--filter={ "filename" : { "$regularExpression" : { "pattern" : ")" + pattern + R"(", "options" : "" } } })";
}

}  // namespace

TEST_CASE("the commands of mongofiles") {
  const std::vector<Case> cases{
      {{"list"}, {"ls", "--size", "--"}},
      {{"list", "a.b*"}, {"ls", filter(R"(^a\\.b\\*)"), "--size", "--"}},
      {{"search", "^a.b$"}, {"ls", filter("^a.b$"), "--size", "--"}},
      {{"put", "dir/f"}, {"put", "--silent", "--name=dir/f", "--", "dir/f"}},
      {{"put", "a/x", "b/x"}, {"put", "--silent", "--keep-path", "--", "a/x", "b/x"}},
      {{"put", "-"}, {"put", "--silent", "--name=-", "--", "-"}},
      {{"put", "--local", "-", "f"}, {"put", "--silent", "--name=f", "--", "-"}},
      {{"put", "-rl", "/tmp/x", "-t=text/plain", "f"},
       {"put", "--replace", "--content-type=text/plain", "--silent", "--name=f", "--", "/tmp/x"}},
      {{"put_id", "f", R"({"$oid":"0123456789abcdef01234567"})"},
       {"put", "--silent", R"(--id={"$oid":"0123456789abcdef01234567"})", "--name=f", "--", "f"}},
      {{"put_id", "f", "invoice", "-lx"}, {"put", "--silent", "--id=invoice", "--name=f", "--", "x"}},
      {{"get", "f", "g"}, {"get-by-name", "--force", "--literal", "--", "f", "g"}},
      {{"get", "f", "--local=-"}, {"get-by-name", "--force", "--output=-", "--literal", "--", "f"}},
      {{"get", "f", "--overwriteLocal"}, {"get-by-name", "--force", "--force", "--literal", "--", "f"}},
      {{"get_id", R"({"a": 1})"}, {"get", "--force", "--", R"({"a": 1})"}},
      {{"get_id", "42"}, {"get", "--force", "--", R"("42")"}},
      {{"delete_id", "0123456789abcdef01234567"}, {"rm", "--", R"("0123456789abcdef01234567")"}},
      {{"delete", "f"}, {"rm", "--name=f", "--literal", "--all-revisions", "--"}},
      {{"delete", "--", "-f"}, {"rm", "--name=-f", "--literal", "--all-revisions", "--"}},
      {{"get_regex", "a+", "--regexOptions", "im"},
       {"get-by-name", "--force", "--recursive", "--regex=(?im)a+", "--", ""}},
      {{"list", "--help"}, {"mongofiles", "--help"}},
      {{"--version"}, {"--version"}},
      {{"delete", "--", "--help"}, {"rm", "--name=--help", "--literal", "--all-revisions", "--"}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.theirs);
    CHECK(translated(one.theirs) == one.ours);
  }
}

TEST_CASE("the options of mongofiles that every command takes") {
  const std::vector<Case> cases{
      {{"-d", "x"}, {"--db=x"}},
      {{"-dx"}, {"--db=x"}},
      {{"--db=x=y"}, {"--db=x=y"}},
      {{"--prefix", "b"}, {"--bucket=b"}},
      {{"--uri=mongodb://h/x"}, {"--uri=mongodb://h/x"}},
      {{"mongodb+srv://h"}, {"--uri=mongodb+srv://h"}},
      {{"-h", "h"}, {"--uri=mongodb://h/"}},
      {{"--port=1"}, {"--uri=mongodb://localhost:1/"}},
      {{"--host", "rs/a,b:2,[::1]", "--port", "1"}, {"--uri=mongodb://a:1,b:2,[::1]:1/?replicaSet=rs"}},
      {{"--ssl", "--sslCAFile", "f", "--sslAllowInvalidHostnames"},
       {"--tls", "--tls-ca-file=f", "--tls-allow-invalid-hostnames"}},
      {{"-u", "me", "--authenticationDatabase=admin"}, {"--username=me", "--auth-db=admin"}},
      {{"--writeConcern", "{w: 1}", "--readPreference=nearest"},
       {R"(--write-concern={"w": 1})", "--read-preference=nearest"}},
      {{"--writeConcern={w: 'majority', j:true}", "--readPreference", R"({mode: "nearest", tagSets: [{dc: 'a'}]})"},
       {R"(--write-concern={"w": "majority", "j":true})",
        R"(--read-preference={"mode": "nearest", "tagSets": [{"dc": "a"}]})"}},
      {{"-vv", "--quiet"}, {"--verbose", "--verbose", "--quiet"}},
      {{"--verbose=2", "-v=1"}, {"--verbose", "--verbose", "--verbose"}},
      {{"--uri-file=f", "--timeout", "60"}, {"--uri-file=f", "--timeout=60"}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.theirs);
    Words theirs = one.theirs;
    theirs.insert(theirs.end(), {"delete", "f"});
    Words ours{"rm"};
    ours.insert(ours.end(), one.ours.begin(), one.ours.end());
    ours.insert(ours.end(), {"--name=f", "--literal", "--all-revisions", "--"});
    const auto result = translated(theirs);
    CHECK(std::is_permutation(result.begin(), result.end(), ours.begin(), ours.end()));
    CHECK(result.front() == "rm");
  }
}

TEST_CASE("a password stays out of the arguments") {
  for (const Words& given : {Words{"-p", "se=cret"}, Words{"-pse=cret"}, Words{"--password=se=cret"}}) {
    Words theirs{"list", "-u", "me", "--host=h"};
    theirs.insert(theirs.end(), given.begin(), given.end());
    const auto translation = translate(theirs);
    CHECK(translation.password == "se=cret");
    for (const std::string& word : translation.arguments) CHECK(word.find("cret") == std::string::npos);
  }
}

TEST_CASE("what cannot be translated is refused by name") {
  const std::vector<std::pair<Words, std::string>> cases{
      {{}, "command"},
      {{"ls"}, "not a command"},
      {{"get"}, "operand"},
      {{"put", "f", ""}, "empty"},
      {{"search", "a", "b"}, "too many"},
      {{"put_id", "f"}, "missing"},
      {{"list", "--what=secret"}, "unknown option --what"},
      {{"list", "-z"}, "unknown option -z"},
      {{"list", "--db"}, "--db needs a value"},
      {{"list", "--db="}, "--db needs a value"},
      {{"put", "f", "--replace=1"}, "--replace takes no value"},
      {{"list", "-v=x"}, "--verbose"},
      {{"get", "f", "--type", "x"}, "--type does not go with get"},
      {{"list", "-l", "x"}, "-l does not go with list"},
      {{"get", "f", "g", "-l", "x"}, "--local goes with one file"},
      {{"get_regex", "f", "-l", "x"}, "--local goes with one file"},
      {{"get_regex", "f", "--regexOptions", "q"}, "--regexOptions"},
      {{"get_id", "ObjectId(\"0123456789abcdef01234567\")"}, "$oid"},
      {{"list", "--sslPEMKeyPassword", "x"}, "tlsCertificateKeyFilePassword"},
      {{"list", "--host", "/tmp/mongodb.sock"}, "--host"},
      {{"list", "--host", "h", "mongodb://h"}, "--host and --port exclude"},
      {{"list", "--uri=mongodb://h", "mongodb://h"}, "one connection string"},
  };
  for (const auto& [theirs, part] : cases) {
    CAPTURE(theirs);
    CHECK(refusal_of(theirs).find(part) != std::string::npos);
  }
}

TEST_CASE("mongofiles is known by the last component of its path") {
  CHECK(gridfs::cli::is_named_mongofiles("/usr/local/bin/mongofiles"));
  CHECK(gridfs::cli::is_named_mongofiles("mongofiles"));
  CHECK_FALSE(gridfs::cli::is_named_mongofiles("/opt/mongofiles/gridfs"));
}
