// The bytes of a files document from a server: every accessor answers, or says that the file is damaged.
#include "gridfs/error.hpp"
#include "gridfs/file_info.hpp"

#include "fuzz/fuzz_target.hpp"
#include "transfer/file_text.hpp"

using gridfs::test::require;

namespace {

template <typename Ask>
void answers_or_is_damaged(Ask ask) {
  try {
    ask();
  } catch (const gridfs::CorruptFile&) {
    return;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  answers_or_is_damaged([&] {
    const gridfs::FileInfo file(gridfs::Document::from_bytes(std::as_bytes(std::span(data, size))));
    answers_or_is_damaged([&] { require(file.length() >= 0); });
    answers_or_is_damaged([&] { require(file.chunk_size() >= 1); });
    answers_or_is_damaged([&] { require(file.chunk_count() >= 0); });
    answers_or_is_damaged([&] { static_cast<void>(gridfs::transfer::describe_file(file)); });
    static_cast<void>(gridfs::transfer::format_date(file.upload_date()));
    static_cast<void>(file.filename());
    static_cast<void>(file.metadata());
    static_cast<void>(file.md5());
    static_cast<void>(file.aliases());
    static_cast<void>(file.content_type());
    answers_or_is_damaged([&] { static_cast<void>(file.document().to_json()); });
  });
  return 0;
}
