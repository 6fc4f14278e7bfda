#include "bucket/client/tls_files.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "gridfs/error.hpp"

namespace gridfs::detail {

namespace {

using TlsContext = Handle<SSL_CTX, SSL_CTX_free>;
using TlsFile = Handle<BIO, BIO_free>;

// Without one OpenSSL would ask for the password of a key on the terminal.
int give_password(char* buffer, int size, int /*writing*/, void* password) {
  const std::string_view text(password == nullptr ? "" : static_cast<const char*>(password));
  if (text.size() > static_cast<std::size_t>(size)) return 0;
  std::copy(text.begin(), text.end(), buffer);
  return static_cast<int>(text.size());
}

class TlsOption {
 public:
  TlsOption(const mongoc_uri_t* uri, const char* option, const char* name)
      : name_(name), file_(mongoc_uri_get_option_as_utf8(uri, option, nullptr)) {}

  [[nodiscard]] const char* file() const noexcept { return file_; }

  void check_readable() const {
    errno = 0;
    if (TlsFile(BIO_new_file(file_, "r"))) return;
    auto why = std::system_category().message(errno);
    if (!why.empty()) why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
    ERR_clear_error();
    throw ConfigurationError(name_ + ": " + file_ + ": " + why);
  }

  void require(bool loaded, const char* what) const {
    if (loaded) return;
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    const std::string why = reason == nullptr ? "" : std::string(" (") + reason + ")";
    ERR_clear_error();
    throw ConfigurationError(name_ + ": " + file_ + ": " + what + why);
  }

 private:
  std::string name_;
  const char* file_;
};

}  // namespace

void check_tls_files(const mongoc_uri_t* uri) {
  const TlsOption authorities(uri, MONGOC_URI_TLSCAFILE, "tlsCAFile");
  const TlsOption own(uri, MONGOC_URI_TLSCERTIFICATEKEYFILE, "tlsCertificateKeyFile");
  if (!mongoc_uri_get_tls(uri) || (authorities.file() == nullptr && own.file() == nullptr)) return;
  const TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return;  // without memory, for one; the driver will say so
  if (authorities.file() != nullptr) {
    authorities.check_readable();
    authorities.require(SSL_CTX_load_verify_locations(context.get(), authorities.file(), nullptr) == 1,
                        "it has no usable certificate");
  }
  if (own.file() != nullptr) {
    own.check_readable();
    const char* password = mongoc_uri_get_option_as_utf8(uri, MONGOC_URI_TLSCERTIFICATEKEYFILEPASSWORD, nullptr);
    SSL_CTX_set_default_passwd_cb(context.get(), give_password);
    SSL_CTX_set_default_passwd_cb_userdata(context.get(), const_cast<char*>(password));
    own.require(SSL_CTX_use_certificate_chain_file(context.get(), own.file()) == 1, "it has no usable certificate");
    own.require(SSL_CTX_use_PrivateKey_file(context.get(), own.file(), SSL_FILETYPE_PEM) == 1,
                "it has no private key for its certificate that can be used");
  }
}

}  // namespace gridfs::detail
