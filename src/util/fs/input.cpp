#include "util/fs/input.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "util/fs/file_io.hpp"
#include "util/fs/local_error.hpp"
#include "util/fs/target.hpp"
#include "util/fs/tree.hpp"
#include "util/process/startup.hpp"
#include "util/process/wait.hpp"

namespace gridfs::util {

namespace {

constexpr std::size_t piece_size = std::size_t{64} << 10;

std::int64_t modified_ns_of(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

template <typename Open>
UniqueFd open_to_read(Open open) {
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
  try {
    // A FIFO that has no writer yet is waited for in read(), where a stop request ends the waiting.
    return open(flags | O_NONBLOCK);
  } catch (const LocalError& error) {
    if (error.error() != EWOULDBLOCK) throw;
    return open(flags);  // a file that is leased to another process: waiting for it is right
  }
}

}  // namespace

Input::Input(UniqueFd fd, std::string shown) : fd_(std::move(fd)), shown_(std::move(shown)) {
  if (!fd_) throw LocalError(shown_, errno);
  const auto status = status_of(fd_.get(), shown_);
  if (S_ISDIR(status.st_mode)) throw LocalError(shown_, EISDIR);
  if (!S_ISREG(status.st_mode)) return;
  status_ = status;
  size_ = status.st_size;
}

Input::Input(std::unique_ptr<ShellCommand> command, std::string shown)
    : command_(std::move(command)), shown_(std::move(shown)) {}

Input Input::open(const std::string& path) {
  return {open_to_read([&](int flags) { return checked(::open(path.c_str(), flags), path); }), path};
}

Input Input::open_below(const std::string& directory, const std::string& path) {
  const std::string name = path.substr(path_below(directory, "").size());
  Input input(open_to_read([&](int flags) { return util::open_below(directory, name, flags); }), path);
  if (!input.size_) throw LocalError(path, "it is no regular file any more", EEXIST);
  return input;
}

Input Input::standard_input() {
  if (is_closed_stream(STDIN_FILENO)) throw LocalError("standard input", EBADF);
  Input input(UniqueFd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)), "standard input");
  if (!input.size_) return input;
  // A part of it may have been read before.
  const auto position = ::lseek(input.fd_.get(), 0, SEEK_CUR);
  if (position < 0) throw LocalError(input.shown_, errno);
  input.size_ = std::max<std::int64_t>(*input.size_ - position, 0);
  return input;
}

Input Input::of_operand(const std::string& operand) { return operand == "-" ? standard_input() : open(operand); }

Input Input::of_command(const std::string& command, const std::string& shown) {
  return {std::make_unique<ShellCommand>(command, shown), shown};
}

std::size_t Input::read(std::span<std::byte> buffer, const std::stop_token& stop) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const std::size_t count = read_some(buffer.subspan(filled), stop);
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

std::size_t Input::read_some(std::span<std::byte> buffer, const std::stop_token& stop) {
  if (command_ && !fd_) fd_ = command_->start();
  while (!ended_) {
    if (!size_) wait_readable(fd_.get(), stop, shown_);
    const ssize_t count = ::read(fd_.get(), buffer.data(), buffer.size());
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0) {
      if (command_) command_->finish(stop);
      ended_ = true;
    } else if (errno != EINTR && (size_ || errno != EAGAIN)) {
      throw LocalError(shown_, errno);
    }
  }
  return 0;
}

bool Input::changed() const {
  if (!status_) return false;
  struct stat now {};
  return ::fstat(fd_.get(), &now) != 0 || now.st_size != status_->st_size ||
         modified_ns_of(now) != modified_ns_of(*status_);
}

std::string read_text(Input input, const std::stop_token& stop) {
  constexpr std::size_t longest = 16 << 20;
  std::string text;
  std::string piece(piece_size, '\0');
  while (const std::size_t count = input.read(std::as_writable_bytes(std::span(piece)), stop)) {
    text.append(piece, 0, count);
    if (text.size() > longest) throw LocalError(input.shown(), "longer than 16 MiB", EFBIG);
  }
  return text;
}

EntryReader::EntryReader(Input input, End end) : input_(std::move(input)), end_(end == End::line ? '\n' : '\0') {}

std::optional<std::string> EntryReader::next(const std::stop_token& stop) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  for (;;) {
    auto entry = next_with_empty_ones(stop);
    if (!entry) return std::nullopt;
    if (end_ == '\n') {
      if (std::exchange(first_, false) && entry->starts_with(byte_order_mark)) entry->erase(0, byte_order_mark.size());
      if (entry->ends_with('\r')) entry->pop_back();
    }
    if (!entry->empty()) return entry;
  }
}

std::optional<std::string> EntryReader::next_with_empty_ones(const std::stop_token& stop) {
  for (std::size_t searched = begin_;;) {
    const auto end = buffer_.find(end_, searched);
    if (end != std::string::npos) {
      std::string entry = buffer_.substr(begin_, end - begin_);
      begin_ = end + 1;
      return entry;
    }
    buffer_.erase(0, std::exchange(begin_, 0));
    if (all_read_) return buffer_.empty() ? std::nullopt : std::optional(std::exchange(buffer_, {}));
    if (buffer_.size() > piece_size)
      throw LocalError(input_.shown(), "a name in it is longer than 64 KiB", ENAMETOOLONG);
    searched = buffer_.size();
    buffer_.resize(searched + piece_size);
    const std::size_t count = input_.read_some(std::as_writable_bytes(std::span(buffer_).subspan(searched)), stop);
    buffer_.resize(searched + count);
    all_read_ = count == 0;
  }
}

}  // namespace gridfs::util
