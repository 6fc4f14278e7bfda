#include "util/fs/log_file.hpp"

#include <cerrno>
#include <cstdio>
#include <span>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::util {

LogFile::LogFile(std::string path, std::int64_t limit)
    : path_(std::move(path)), shown_("log file " + path_), limit_(limit), file_(open()) {
  // Even where a directory is missing, which is not what to work on.
  if (!file_) throw LocalError(shown_, error_text(errno), EIO);
}

void LogFile::append(std::string_view line) {
  const auto status = status_of(file_.get(), shown_);
  if (S_ISREG(status.st_mode)) {
    if (is_renamed(status)) {
      reopen();
    } else if (status.st_size >= limit_) {
      rotate(status);
    }
  }
  write_all(file_.get(), std::as_bytes(std::span(line)), shown_);
}

UniqueFd LogFile::open() const {
  return UniqueFd(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR));
}

bool LogFile::is_renamed(const struct stat& status) const {
  struct stat named {};
  if (::stat(path_.c_str(), &named) != 0) return true;
  return named.st_dev != status.st_dev || named.st_ino != status.st_ino;
}

// Rather to a file of another name than nowhere.
void LogFile::reopen() {
  if (UniqueFd file = open()) file_ = std::move(file);
}

void LogFile::rotate(const struct stat& status) {
  // A link to a file elsewhere, or to a descriptor as /dev/stderr is, is not ours to rename.
  struct stat named {};
  if (::lstat(path_.c_str(), &named) == 0 && S_ISLNK(named.st_mode)) return;
  constexpr int most_kept = 5;
  // The lock ends with the descriptor. Whoever does not get it leaves the renaming to the other one.
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) return;
  if (!is_renamed(status)) {
    const auto older = [this](int number) { return path_ + '.' + std::to_string(number); };
    for (int number = most_kept; number > 1; --number) ::rename(older(number - 1).c_str(), older(number).c_str());
    if (::rename(path_.c_str(), older(1).c_str()) != 0) {
      ::flock(file_.get(), LOCK_UN);
      return;
    }
  }
  reopen();
  set_mode(file_.get(), status.st_mode & ALLPERMS, shown_);
}

}  // namespace gridfs::util
