#include "util/fs/entry_reader.hpp"

#include <cerrno>
#include <span>
#include <string_view>
#include <utility>

#include "util/fs/local_error.hpp"

namespace gridfs::util {

namespace {

constexpr std::size_t piece_size = 64 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

EntryReader::EntryReader(Input input, End end) : input_(std::move(input)), end_(end == End::line ? '\n' : '\0') {}

std::optional<std::string> EntryReader::next(const std::stop_token& stop) {
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
