#include "transfer/sync/extra_files.hpp"

#include <cerrno>
#include <cstddef>

#include "util/fs/local_error.hpp"

namespace gridfs::transfer {

namespace {

// In front of each name.
struct Header {
  std::int64_t time;
  std::size_t length;
};

void check(bool done) {
  if (!done) throw util::LocalError("the list of files to delete", errno == 0 ? EIO : errno);
}

}  // namespace

void ExtraFiles::add(const File& file) {
  if (!list_) list_.reset(std::tmpfile());
  check(list_ != nullptr);
  const Header header{file.time.time_since_epoch().count(), file.name.size()};
  check(std::fwrite(&header, sizeof header, 1, list_.get()) == 1);
  check(std::fwrite(file.name.data(), 1, file.name.size(), list_.get()) == file.name.size());
  ++count_;
}

void ExtraFiles::each(const std::function<void(const File& file)>& take) {
  if (count_ == 0) return;
  check(std::fflush(list_.get()) == 0 && std::fseek(list_.get(), 0, SEEK_SET) == 0);
  for (std::int64_t i = 0; i < count_; ++i) {
    Header header{};
    errno = 0;
    check(std::fread(&header, sizeof header, 1, list_.get()) == 1);
    File file{std::string(header.length, '\0'), DateTime(DateTime::duration(header.time))};
    check(std::fread(file.name.data(), 1, header.length, list_.get()) == header.length);
    take(file);
  }
}

}  // namespace gridfs::transfer
