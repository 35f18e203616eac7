// A certificate made on the spot, for servers in tests.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace sambung::testing {

// A server context with a fresh self-signed certificate, the PEM file by which to verify it and that of its key,
// removed at the end.
class test_certificate {
 public:
  // `names` in OpenSSL's form: "DNS:localhost,IP:127.0.0.1".
  explicit test_certificate(std::string const& names);
  ~test_certificate();
  test_certificate(test_certificate const&) = delete;
  test_certificate& operator=(test_certificate const&) = delete;

  SSL_CTX* context() const { return context_; }
  std::string const& file() const { return file_; }
  std::string const& key_file() const { return key_file_; }

 private:
  SSL_CTX* context_ = nullptr;
  std::string file_;
  std::string key_file_;
};

}  // namespace sambung::testing
