#include "http/server/certificate_store.hpp"

#include <openssl/ssl.h>
#include <sys/stat.h>

namespace sambung::serving {
namespace {

namespace ssl = boost::asio::ssl;

constexpr char ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";  // of TLS 1.2; all of 1.3 are good

// RFC 7301: a client that names protocols must name one that is spoken here.
int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* length, unsigned char const* offered,
                    unsigned int offered_length, void*) {
  static constexpr unsigned char spoken[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  auto* found = const_cast<unsigned char*>(*chosen);
  int const outcome = SSL_select_next_proto(&found, length, spoken, sizeof spoken, offered, offered_length);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A key with a password must fail, not ask whoever sits at the terminal.
int no_password(char*, int, int, void*) { return 0; }

std::string appearance_of(std::string const& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) return "missing";
  return std::to_string(found.st_ino) + '/' + std::to_string(found.st_size) + '/' +
         std::to_string(found.st_mtim.tv_sec) + '.' + std::to_string(found.st_mtim.tv_nsec);
}

void restrict_protocol(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_cipher_list(context, ciphers);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_password);
}

}  // namespace

result<std::shared_ptr<ssl::context>> load_certificate(certificate_files const& files) {
  auto made = std::make_shared<ssl::context>(ssl::context::tls_server);
  restrict_protocol(made->native_handle());
  boost::system::error_code fault;
  made->use_certificate_chain_file(files.certificate, fault);
  if (fault) return failure(errc::invalid_argument, "the certificate cannot be used: " + fault.message());
  made->use_private_key_file(files.key, ssl::context::pem, fault);
  if (fault) return failure(errc::invalid_argument, "the key of the certificate cannot be used: " + fault.message());
  return made;
}

certificate_store::certificate_store(certificate_files files)
    : files_(std::move(files)), seen_(appearance()), current_(load_certificate(files_).value()) {}

std::string certificate_store::appearance() const {
  return appearance_of(files_.certificate) + ' ' + appearance_of(files_.key);
}

certificate_news certificate_store::reload_if_changed() {
  auto now = appearance();
  if (now == seen_) return certificate_news::none;
  seen_ = std::move(now);
  auto loaded = load_certificate(files_);
  if (!loaded) {
    fault_ = loaded.error().message;
    return certificate_news::refused;
  }
  current_ = std::move(*loaded);
  return certificate_news::reloaded;
}

}  // namespace sambung::serving
