/// SHA-256, by OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace gridfs::util {

/// Not safe to share between threads. Movable; a moved-from one may only be assigned to or destroyed.
class Sha256 {
 public:
  /// @throws std::runtime_error  OpenSSL has no SHA-256 to give
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::span<const std::byte> bytes);

  /// 64 lower-case hexadecimal digits of all bytes so far; more may follow.
  [[nodiscard]] std::string hex() const;

 private:
  class Context;
  std::unique_ptr<Context> context_;
};

}  // namespace gridfs::util
