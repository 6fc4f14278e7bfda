/// A directory for one test, and what stands in it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace gridfs::test {

/// A new empty directory, removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  TemporaryDirectory(TemporaryDirectory&&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

  /// The names in it, sorted, those that begin with a dot too.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

void write_file(const std::string& path, const std::string& content);
std::string read_file(const std::string& path);

/// The errno of the LocalError that a call throws, 0 if it throws none.
int local_error_of(const std::function<void()>& call);

/// Runs a function in a child process, which ends with what it returns (or 99 when it throws, and by SIGALRM when it
/// hangs). Returns what waitpid() says.
int status_of_child(const std::function<int()>& body);

}  // namespace gridfs::test
