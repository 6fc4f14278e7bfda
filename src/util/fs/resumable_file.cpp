#include "util/fs/resumable_file.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"
#include "util/fs/temporary_file.hpp"

namespace gridfs::util {

namespace {

constexpr std::size_t read_size = std::size_t{1} << 20;

struct State {
  std::string source;
  std::int64_t size = 0;
  std::string sha256;
};

std::string state_name(const std::string& part_name) { return part_name + ".state"; }

std::optional<State> read_state(const Target& target, const std::string& part_name) {
  const UniqueFd file(
      ::openat(target.directory.get(), state_name(part_name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return std::nullopt;
  std::string text(std::size_t{64} << 10, '\0');
  const ssize_t length = ::read(file.get(), text.data(), text.size());
  if (length < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(length));
  std::istringstream lines(text);
  State state;
  if (!std::getline(lines, state.source) || !(lines >> state.size >> state.sha256)) return std::nullopt;
  return state;
}

// Hashes the first bytes of a file; false if there are fewer.
bool hash_prefix(int file, std::int64_t size, Sha256& hash) {
  std::vector<std::byte> piece(read_size);
  std::int64_t done = 0;
  while (done < size) {
    const auto wanted = std::min<std::int64_t>(size - done, static_cast<std::int64_t>(piece.size()));
    const ssize_t count = ::pread(file, piece.data(), static_cast<std::size_t>(wanted), done);
    if (count <= 0) return false;
    hash.update(std::span(piece).first(static_cast<std::size_t>(count)));
    done += count;
  }
  return true;
}

// With its prefix and suffix, the name must still be short enough for the file system.
std::string short_name(const std::string& name) {
  constexpr std::size_t longest = 120;
  if (name.size() <= longest) return name;
  Sha256 hash;
  hash.update(std::as_bytes(std::span(name)));
  return hash.hex();
}

}  // namespace

ResumableFile::ResumableFile(Target target, OutputFile::Existing existing, std::string source, std::stop_token stop,
                             std::optional<mode_t> mode)
    : source_(std::move(source)),
      part_name_("." + short_name(target.name) + ".gridfs-part"),
      file_(std::move(target), existing, part_name_, std::move(stop), mode) {
  take_up();
}

ResumableFile::~ResumableFile() {
  const std::lock_guard lock(mutex_);
  leave_state();
}

void ResumableFile::leave_state() noexcept {
  if (!std::exchange(has_state_, false)) return;
  try {
    const int part = file_.temporary_file();
    if (size_ == 0 || part < 0) {
      remove_state();
      return;
    }
    // It may have the complete file's mode already, with which it could not be opened again.
    set_mode(part, status_of(part, file_.target().shown).st_mode | S_IRUSR | S_IWUSR, file_.target().shown);
    sync_file(part, file_.target().shown);
    std::ostringstream text;
    text << source_ << '\n' << size_ << '\n' << hash_.hex() << '\n';
    write_state(text.str());
    file_.keep();
  } catch (const std::exception&) {
    remove_state();  // without its state, the part would not be trusted: it goes as well
  }
}

void ResumableFile::take_up() {
  const int file = file_.temporary_file();
  if (file < 0) return;
  const auto state = read_state(file_.target(), part_name_);
  Sha256 hash;
  if (state && state->source == source_ && hash_prefix(file, state->size, hash) && hash.hex() == state->sha256) {
    size_ = state->size;
    hash_ = std::move(hash);
  }
  // The old state is valid only until the first write. Its space stays allocated, for a disk that will be full.
  write_state({});
  has_state_ = true;
  if (::ftruncate(file, size_) != 0 || ::lseek(file, size_, SEEK_SET) < 0)
    throw LocalError(file_.target().shown, errno);
}

void ResumableFile::write(std::span<const std::byte> bytes) {
  const std::lock_guard lock(mutex_);
  file_.write(bytes);
  hash_.update(bytes);
  size_ += static_cast<std::int64_t>(bytes.size());
}

void ResumableFile::commit() {
  const auto end_held_off = EndAction::hold_off();  // in the order of run_all()
  const std::lock_guard lock(mutex_);
  file_.commit();
  leave_state();
}

// Overwrites the existing file, so that it needs no more space.
void ResumableFile::write_state(std::string text) const {
  constexpr std::size_t room = 4096;
  text.resize(std::max(text.size(), room), '\n');
  const std::string& shown = file_.target().shown;
  UniqueFd file = open_beside(file_.target(), state_name(part_name_), O_WRONLY | O_CREAT, private_mode);
  write_all(file.get(), std::as_bytes(std::span(text)), shown);
  sync_file(file.get(), shown);
  close_file(file, shown);
}

void ResumableFile::remove_state() const noexcept {
  ::unlinkat(file_.target().directory.get(), state_name(part_name_).c_str(), 0);
}

}  // namespace gridfs::util
