/// SHA-256, by OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace gridfs::util {

/// Not safe to share between threads. Movable; a moved-from one may only be assigned to or destroyed.
class Sha256 {
 public:
  /// @throws std::runtime_error  OpenSSL has no SHA-256
  Sha256();

  void update(std::span<const std::byte> bytes);

  /// 64 lower-case hexadecimal digits of all bytes so far; more may follow.
  [[nodiscard]] std::string hex() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;
  Context context_;
};

}  // namespace gridfs::util
