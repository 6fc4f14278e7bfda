#include "gridfs/iostream.hpp"

#include <array>
#include <streambuf>
#include <vector>

#include "gridfs/error.hpp"

namespace gridfs {

class GRIDFS_NO_EXPORT UploadOStream::Buffer : public std::streambuf {
 public:
  explicit Buffer(UploadStream upload) : upload_(std::move(upload)), bytes_(buffer_size) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }

  UploadStream& upload() noexcept { return upload_; }

 protected:
  int_type overflow(int_type next) override {
    sync();
    if (!traits_type::eq_int_type(next, traits_type::eof())) sputc(traits_type::to_char_type(next));
    return traits_type::not_eof(next);
  }

  int sync() override {
    const std::string_view pending(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    if (!pending.empty()) upload_.write(pending);
    return 0;
  }

  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    if (count < static_cast<std::streamsize>(bytes_.size())) return std::streambuf::xsputn(bytes, count);
    sync();
    upload_.write(std::string_view(bytes, static_cast<std::size_t>(count)));
    return count;
  }

  pos_type seekoff(off_type offset, std::ios_base::seekdir direction, std::ios_base::openmode /*which*/) override {
    if (offset != 0 || direction != std::ios_base::cur) return {off_type{-1}};
    return upload_.length() + (pptr() - pbase());
  }

 private:
  static constexpr std::size_t buffer_size = std::size_t{64} << 10;
  UploadStream upload_;
  std::vector<char> bytes_;
};

UploadOStream::UploadOStream(UploadStream upload)
    : std::ostream(nullptr), buffer_(std::make_unique<Buffer>(std::move(upload))) {
  rdbuf(buffer_.get());
}

UploadOStream::~UploadOStream() = default;

void UploadOStream::commit() {
  if (!flush()) throw StreamError("storing " + upload().filename() + ": a write had failed");
  upload().close();
}

UploadStream& UploadOStream::upload() noexcept { return buffer_->upload(); }

class GRIDFS_NO_EXPORT DownloadIStream::Buffer : public std::streambuf {
 public:
  explicit Buffer(DownloadStream download) : download_(std::move(download)), bytes_(buffer_size) {}

  DownloadStream& download() noexcept { return download_; }

 protected:
  int_type underflow() override {
    const auto count = download_.read(std::as_writable_bytes(std::span(bytes_)));
    setg(bytes_.data(), bytes_.data(), bytes_.data() + count);
    return count == 0 ? traits_type::eof() : traits_type::to_int_type(bytes_[0]);
  }

  pos_type seekoff(off_type offset, std::ios_base::seekdir direction, std::ios_base::openmode /*which*/) override {
    const std::int64_t here = download_.tell() - (egptr() - gptr());
    if (offset == 0 && direction == std::ios_base::cur) return here;  // tellg() keeps what is buffered
    const std::int64_t base = direction == std::ios_base::beg   ? 0
                              : direction == std::ios_base::cur ? here
                                                                : download_.length();
    std::int64_t target = 0;
    if (__builtin_add_overflow(base, offset, &target) || target < 0) return {off_type{-1}};
    setg(nullptr, nullptr, nullptr);
    return download_.seek(target);
  }

  pos_type seekpos(pos_type position, std::ios_base::openmode which) override {
    return seekoff(off_type(position), std::ios_base::beg, which);
  }

 private:
  static constexpr std::size_t buffer_size = std::size_t{64} << 10;
  DownloadStream download_;
  std::vector<char> bytes_;
};

DownloadIStream::DownloadIStream(DownloadStream download)
    : std::istream(nullptr), buffer_(std::make_unique<Buffer>(std::move(download))) {
  rdbuf(buffer_.get());
}

DownloadIStream::~DownloadIStream() = default;

DownloadStream& DownloadIStream::download() noexcept { return buffer_->download(); }

}  // namespace gridfs
