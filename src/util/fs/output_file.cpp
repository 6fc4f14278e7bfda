#include "util/fs/output_file.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"

namespace gridfs::util {

namespace {

constexpr mode_t file_mode = 0666;  // less the umask

constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t random_letters = 6;

std::string temporary_name(const std::string& name) {
  // No file system in use allows fewer than 143 bytes (eCryptfs). A character is not cut in two: some refuse that.
  constexpr std::size_t longest = 128;
  auto length = std::min(name.size(), longest);
  while (length < name.size() && length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80) --length;
  std::random_device random;
  std::uniform_int_distribution<std::size_t> letter(0, letters.size() - 1);
  std::string result = '.' + name.substr(0, length) + ".gridfs-";
  for (std::size_t i = 0; i < random_letters; ++i) result += letters[letter(random)];
  return result;
}

UniqueFd create_temporary(const Target& target, std::string& name) {
  for (;;) {
    name = temporary_name(target.name);
    UniqueFd file(::openat(target.directory.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                           file_mode));
    if (file) return file;
    const int error = errno;
    name.clear();
    if (error != EEXIST) throw LocalError(target.shown, error);
  }
}

// The name may be that of another file, or of none, by the time the lock is acquired: then again.
UniqueFd open_kept(const Target& target, const std::string& name) {
  constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  for (;;) {
    UniqueFd file = checked(::openat(target.directory.get(), name.c_str(), flags, file_mode), target.shown);
    const auto opened = status_of(file.get(), target.shown);
    if (!S_ISREG(opened.st_mode)) throw LocalError(name, EEXIST);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) throw LocalError(target.shown, errno);
      throw LocalError(target.shown, "another download of it is under way", EBUSY);
    }
    struct stat named {};
    if (::fstatat(target.directory.get(), name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
        named.st_dev == opened.st_dev && named.st_ino == opened.st_ino) {
      return file;
    }
  }
}

// For file systems that can neither rename without replacing nor link: claims the name with an empty file first.
int claim_and_rename(int directory, const char* from, const char* to) {
  const auto end_held_off = EndAction::hold_off();
  const UniqueFd claimed(::openat(directory, to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, file_mode));
  if (!claimed) return errno;
  if (::renameat(directory, from, directory, to) == 0) return 0;
  const int error = errno;
  ::unlinkat(directory, to, 0);
  return error;
}

// Renames, but replaces nothing. Returns an errno.
int rename_without_replacing(int directory, const char* from, const char* to) {
  if (::renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::linkat(directory, from, directory, to, 0) == 0) {
    ::unlinkat(directory, from, 0);
    return 0;
  }
  const bool no_links = errno == EPERM || errno == ENOSYS || errno == ENOTSUP || errno == EMLINK;
  return no_links ? claim_and_rename(directory, from, to) : errno;
}

bool is_any_of(int error, std::initializer_list<int> errors) {
  return std::find(errors.begin(), errors.end(), error) != errors.end();
}

void copy_all(int from, int to, const std::string& shown) {
  std::vector<std::byte> buffer(std::size_t{1} << 20);
  for (;;) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count == 0) return;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw LocalError(shown, errno);
    write_all(to, std::span(buffer).first(static_cast<std::size_t>(count)), shown);
  }
}

}  // namespace

bool is_unfinished_download(std::string_view name) {
  constexpr std::string_view mark = ".gridfs-";
  const auto at = name.rfind(mark);
  if (at == 0 || at == std::string_view::npos || name.front() != '.') return false;
  name.remove_prefix(at + mark.size());
  const bool is_random = name.size() == random_letters && name.find_first_not_of(letters) == std::string_view::npos;
  return is_random || name == "part" || name == "part.state";
}

OutputFile::OutputFile(Target target, Existing existing, std::stop_token stop)
    : target_(std::move(target)), existing_(existing), stop_(std::move(stop)) {
  open([this] {
    const auto end_held_off = EndAction::hold_off();
    file_ = create_temporary(target_, temporary_);
    unlink_at_end_.emplace(
        [directory = target_.directory.get(), name = temporary_] { ::unlinkat(directory, name.c_str(), 0); });
  });
}

OutputFile::OutputFile(Target target, Existing existing, std::string temporary_name, std::stop_token stop)
    : target_(std::move(target)), existing_(existing), stop_(std::move(stop)), locked_(true) {
  open([&] {
    file_ = open_kept(target_, temporary_name);
    temporary_ = std::move(temporary_name);
  });
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlinkat(target_.directory.get(), temporary_.c_str(), 0);
  unlink_at_end_.reset();  // before the directory is closed
}

void OutputFile::open(const std::function<void()>& open_temporary) {
  found_ = find_existing(target_);
  if (found_.kind == ExistingFile::Kind::directory) throw LocalError(target_.shown, EISDIR);
  if (found_.kind == ExistingFile::Kind::stream) {
    file_ = open_stream(target_, stop_);
    writer_.emplace(file_.get(), target_.shown);
    return;
  }
  if (found_.kind != ExistingFile::Kind::none && existing_ == Existing::refuse) throw LocalError(target_.shown, EEXIST);
  const bool is_file = found_.kind == ExistingFile::Kind::file;
  try {
    open_temporary();
  } catch (const LocalError& error) {
    if (!is_file || !is_any_of(error.error(), {EACCES, EPERM, EROFS})) throw;
    file_ = open_for_overwriting(target_, found_);
    return;
  }
  if (!is_file) return;
  try {
    adopt_mode(file_.get(), found_, target_.shown);
  } catch (const LocalError&) {
    ::unlinkat(target_.directory.get(), temporary_.c_str(), 0);
    throw;
  }
}

// The old content stays until there is new.
void OutputFile::begin_overwriting() {
  if (writer_ || truncated_ || !temporary_.empty()) return;
  if (::ftruncate(file_.get(), 0) != 0) throw LocalError(target_.shown, errno);
  truncated_ = true;
}

void OutputFile::write(std::span<const std::byte> bytes) {
  if (writer_) return writer_->write(bytes, stop_);
  begin_overwriting();
  write_all(file_.get(), bytes, target_.shown);
  constexpr std::size_t step = 16 << 20;
  not_begun_ += bytes.size();
  if (not_begun_ < step) return;
  // The disk works while more is fetched, and commit(), which reports what goes wrong with that, has less to wait for.
  ::sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
  not_begun_ = 0;
}

void OutputFile::set_mode(mode_t mode) {
  mode_ = mode;
  if (!temporary_.empty()) util::set_mode(file_.get(), mode, target_.shown);
}

void OutputFile::set_mode_of_overwritten() {
  if (!writer_ && mode_) util::set_mode(file_.get(), *mode_, target_.shown);
}

void OutputFile::set_modified(std::int64_t milliseconds) {
  using namespace std::chrono;
  const auto seconds = floor<std::chrono::seconds>(std::chrono::milliseconds(milliseconds));
  const nanoseconds rest = std::chrono::milliseconds(milliseconds) - seconds;
  times_ = {timespec{0, UTIME_OMIT}, timespec{seconds.count(), rest.count()}};
  set_times();
}

void OutputFile::set_times() {
  if (writer_ || !times_) return;
  if (::futimens(file_.get(), times_->data()) != 0) throw LocalError(target_.shown, errno);
}

void OutputFile::sync() {
  begin_overwriting();
  if (temporary_.empty()) set_mode_of_overwritten();
  if (!std::exchange(synced_, true)) sync_file(file_.get(), target_.shown);
}

void OutputFile::commit(const SyncDirectory& sync) {
  OutputFile::sync();
  // A file that can be resumed stays locked until it has its name.
  UniqueFd lock;
  if (locked_) lock = checked(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0), target_.shown);
  // Closed before it is put in place: where closing fails, what was there must stay.
  close_file(file_, target_.shown);
  if (temporary_.empty()) return;
  put_in_place();
  temporary_.clear();
  unlink_at_end_.reset();
  sync(target_.directory, target_.shown);
}

void OutputFile::put_in_place() {
  const int directory = target_.directory.get();
  int error = 0;
  if (existing_ == Existing::refuse) {
    error = rename_without_replacing(directory, temporary_.c_str(), target_.name.c_str());
  } else if (::renameat(directory, temporary_.c_str(), directory, target_.name.c_str()) != 0) {
    error = errno;
  }
  const bool may_be_overwritten = existing_ == Existing::replace && found_.kind == ExistingFile::Kind::file;
  if (may_be_overwritten && is_any_of(error, {EACCES, EBUSY, EPERM})) return overwrite_with_temporary();
  if (error != 0) throw LocalError(target_.shown, error);
}

void OutputFile::overwrite_with_temporary() {
  const int directory = target_.directory.get();
  const UniqueFd from =
      checked(::openat(directory, temporary_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW), target_.shown);
  file_ = open_for_overwriting(target_, found_);
  if (::ftruncate(file_.get(), 0) != 0) throw LocalError(target_.shown, errno);
  copy_all(from.get(), file_.get(), target_.shown);
  set_times();
  set_mode_of_overwritten();
  sync_file(file_.get(), target_.shown);
  close_file(file_, target_.shown);
  ::unlinkat(directory, temporary_.c_str(), 0);
}

}  // namespace gridfs::util
