#include "util/text/sha256.hpp"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>

namespace gridfs::util {

namespace {

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

void require(bool succeeded) {
  if (!succeeded) throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

}  // namespace

class Sha256::Context {
 public:
  Context() : handle_(EVP_MD_CTX_new()) { require(handle_ != nullptr); }
  [[nodiscard]] EVP_MD_CTX* get() const noexcept { return handle_.get(); }

 private:
  std::unique_ptr<EVP_MD_CTX, ContextDeleter> handle_;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  require(EVP_DigestInit_ex(context_->get(), EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(context_->get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() const {
  const Context copy;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  require(EVP_MD_CTX_copy_ex(copy.get(), context_->get()) == 1);
  require(EVP_DigestFinal_ex(copy.get(), digest.data(), &length) == 1);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 0xFU];
  }
  return text;
}

}  // namespace gridfs::util
