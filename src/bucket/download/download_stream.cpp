#include "gridfs/download_stream.hpp"

#include <algorithm>
#include <limits>

#include "bucket/download/download_impl.hpp"

namespace gridfs {

namespace {

std::int64_t checked_size(std::optional<std::int64_t> size) {
  if (!size) return std::numeric_limits<std::int64_t>::max();
  if (*size < 0) throw ConfigurationError("the number of bytes to read must not be negative");
  return *size;
}

}  // namespace

DownloadStream::DownloadStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DownloadStream::DownloadStream(DownloadStream&&) noexcept = default;
DownloadStream& DownloadStream::operator=(DownloadStream&&) noexcept = default;
DownloadStream::~DownloadStream() = default;

std::size_t DownloadStream::read(std::span<std::byte> buffer) { return impl_->read(buffer); }

std::string DownloadStream::read(std::optional<std::int64_t> size) { return impl_->read(checked_size(size)); }

std::span<const std::byte> DownloadStream::read_chunk() { return impl_->read_chunk(); }

std::string DownloadStream::read_line(std::optional<std::int64_t> size) {
  auto room = static_cast<std::size_t>(checked_size(size));
  return impl_->all_or_nothing([&] {
    std::string line;
    while (room > 0) {
      const auto chunk = impl_->peek();
      const auto searched = chunk.first(std::min(chunk.size(), room));
      const auto newline = std::find(searched.begin(), searched.end(), std::byte{'\n'});
      const bool found = newline != searched.end();
      const auto taken = static_cast<std::size_t>(newline - searched.begin()) + (found ? 1 : 0);
      line.append(reinterpret_cast<const char*>(chunk.data()), taken);
      impl_->advance(taken);
      room -= taken;
      if (found || chunk.empty()) break;
    }
    return line;
  });
}

std::int64_t DownloadStream::seek(std::int64_t offset, Whence whence) { return impl_->seek(offset, whence); }
std::int64_t DownloadStream::tell() const noexcept { return impl_->tell(); }
void DownloadStream::set_end(std::int64_t end) { impl_->set_end(end); }
void DownloadStream::close() noexcept { impl_->close(); }
bool DownloadStream::closed() const noexcept { return impl_->closed(); }
const FileInfo& DownloadStream::file() const noexcept { return impl_->file(); }

}  // namespace gridfs
