#include "util/fs/output_file.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"
#include "util/fs/temporary_file.hpp"

namespace gridfs::util {

namespace {

constexpr mode_t file_mode = 0666;  // less the umask

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

// So that overwriting does not end halfway on a full disk.
void make_room(int file, std::int64_t size, const std::string& shown) {
  if (::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, size) == 0) return;
  const int error = errno;
  if (!is_any_of(error, {ENOSPC, EDQUOT, EFBIG})) return;  // the file system cannot do that
  // Some of it may have been allocated behind the end.
  if (::ftruncate(file, status_of(file, shown).st_size) != 0) throw LocalError(shown, errno);
  throw LocalError(shown, error);
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

OutputFile::OutputFile(Target target, Existing existing, std::stop_token stop, std::optional<mode_t> mode)
    : target_(std::move(target)), existing_(existing), stop_(std::move(stop)), mode_(mode) {
  open([this](mode_t first_mode) {
    const auto end_held_off = EndAction::hold_off();
    file_ = create_temporary(target_, temporary_, first_mode);
    unlink_at_end_.emplace(
        [directory = target_.directory.get(), name = temporary_] { ::unlinkat(directory, name.c_str(), 0); });
  });
}

OutputFile::OutputFile(Target target, Existing existing, std::string temporary_name, std::stop_token stop,
                       std::optional<mode_t> mode)
    : target_(std::move(target)), existing_(existing), stop_(std::move(stop)), locked_(true), mode_(mode) {
  open([&](mode_t first_mode) {
    file_ = open_kept(target_, temporary_name, first_mode);
    temporary_ = std::move(temporary_name);
  });
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlinkat(target_.directory.get(), temporary_.c_str(), 0);
  unlink_at_end_.reset();  // before the directory is closed
}

void OutputFile::keep() noexcept {
  temporary_.clear();
  unlink_at_end_.reset();
}

ExistingFile OutputFile::find(const Target& target, Existing existing) {
  using Kind = ExistingFile::Kind;
  ExistingFile found = find_existing(target);
  if (found.kind == Kind::directory) throw LocalError(target.shown, EISDIR);
  const bool may_be_replaced = found.kind == Kind::file || found.kind == Kind::other;
  if (may_be_replaced && existing == Existing::refuse) throw TargetExists(target.shown);
  return found;
}

void OutputFile::open(const std::function<void(mode_t first_mode)>& open_temporary) {
  found_ = find(target_, existing_);
  if (found_.kind == ExistingFile::Kind::stream) {
    file_ = open_stream(target_, stop_);
    writer_.emplace(file_.get(), target_.shown);
    return;
  }
  const bool is_file = found_.kind == ExistingFile::Kind::file;
  try {
    open_temporary(is_file || mode_ ? private_mode : file_mode);
  } catch (const LocalError& error) {
    if (!is_file || !is_any_of(error.error(), {EACCES, EPERM, EROFS})) throw;
    file_ = open_for_overwriting(target_, found_);
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

void OutputFile::set_modified(std::int64_t milliseconds) {
  using namespace std::chrono;
  const auto seconds = floor<std::chrono::seconds>(std::chrono::milliseconds(milliseconds));
  const nanoseconds rest = std::chrono::milliseconds(milliseconds) - seconds;
  times_ = {timespec{0, UTIME_OMIT}, timespec{seconds.count(), rest.count()}};
  if (!writer_) set_times(file_.get());
}

// As util::set_mode(), does nothing where the file is another user's.
void OutputFile::set_times(int file) {
  if (times_ && ::futimens(file, times_->data()) != 0 && errno != EPERM) throw LocalError(target_.shown, errno);
}

void OutputFile::set_mode() {
  if (writer_) return;
  if (!temporary_.empty() && found_.kind == ExistingFile::Kind::file) adopt_mode(file_.get(), found_, target_.shown);
  if (mode_) util::set_mode(file_.get(), *mode_, target_.shown);
}

void OutputFile::sync() {
  begin_overwriting();
  set_mode();
  if (!std::exchange(synced_, true)) sync_file(file_.get(), target_.shown);
}

void OutputFile::commit(const SyncDirectory& sync) {
  OutputFile::sync();
  // Closed before it is put in place: where closing fails, what was there must stay. A file that can be resumed stays
  // locked until it has its name.
  UniqueFd closed = locked_ ? checked(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0), target_.shown) : std::move(file_);
  close_file(closed, target_.shown);
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
  if (error == EEXIST && existing_ == Existing::refuse) throw TargetExists(target_.shown);
  if (error != 0) throw LocalError(target_.shown, error);
}

void OutputFile::overwrite_with_temporary() {
  const int directory = target_.directory.get();
  const UniqueFd from =
      checked(::openat(directory, temporary_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW), target_.shown);
  UniqueFd to = open_for_overwriting(target_, found_);
  const auto size = status_of(from.get(), target_.shown).st_size;
  const auto end_held_off = EndAction::hold_off();  // in between, neither content is there
  make_room(to.get(), size, target_.shown);
  try {
    copy_all(from.get(), to.get(), target_.shown);
    if (::ftruncate(to.get(), size) != 0) throw LocalError(target_.shown, errno);
    set_times(to.get());
    if (mode_) util::set_mode(to.get(), *mode_, target_.shown);
    sync_file(to.get(), target_.shown);
    close_file(to, target_.shown);
  } catch (const LocalError& error) {
    const std::string what = error_text(error.error()) + "; the complete file is " + temporary_ + ", beside it";
    if (!locked_) keep();
    throw LocalError(target_.shown, what, error.error());
  }
  ::unlinkat(directory, temporary_.c_str(), 0);
}

}  // namespace gridfs::util
