// certificate_store: the server's certificate, as its files have it now.
#pragma once

#include <sambung/core/error.hpp>

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace sambung::serving {

// Files of PEM: the certificate with its chain behind it, and its key without a password.
struct certificate_files {
  certificate_files(std::string certificate_, std::string key_)
      : certificate(std::move(certificate_)), key(std::move(key_)) {}

  std::string certificate;
  std::string key;
};

// TLS 1.2 or later with forward secrecy, HTTP/1.1 by ALPN. errc::invalid_argument for files that cannot be used; says
// which and why, not what is in them.
result<std::shared_ptr<boost::asio::ssl::context>> load_certificate(certificate_files const& files);

enum class certificate_news { none, reloaded, refused };

// Thread safety: for one thread at a time.
class certificate_store {
 public:
  // Throws error(errc::invalid_argument).
  explicit certificate_store(certificate_files files);

  std::shared_ptr<boost::asio::ssl::context> current() const { return current_; }

  // Reads the files again when they are not those that were read last. What cannot be used is refused once: `fault()`
  // says why, and the certificate before it stays.
  certificate_news reload_if_changed();
  std::string const& fault() const { return fault_; }

 private:
  std::string appearance() const;

  certificate_files files_;
  std::string seen_;  // the files' appearance when they were read last
  std::string fault_;
  std::shared_ptr<boost::asio::ssl::context> current_;
};

}  // namespace sambung::serving
