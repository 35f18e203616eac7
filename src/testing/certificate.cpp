#include "testing/certificate.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace sambung::testing {
namespace {

void check(bool fine) {
  if (!fine) throw std::runtime_error("the test certificate could not be made");
}

void add_extension(X509* certificate, int kind, std::string const& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  check(extension && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

X509* sign(EVP_PKEY* key, std::string const& names) {
  auto* certificate = X509_new();
  check(certificate != nullptr);
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
  X509_set_pubkey(certificate, key);
  auto* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("test"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, NID_subject_alt_name, names);
  check(X509_sign(certificate, key, EVP_sha256()) > 0);
  return certificate;
}

template <class Write>
std::string write_pem(Write write) {
  char const* folder = std::getenv("TMPDIR");
  std::string path = std::string(folder ? folder : "/tmp") + "/sambung-test-XXXXXX";
  int const fd = ::mkstemp(path.data());
  auto* file = fd < 0 ? nullptr : ::fdopen(fd, "w");
  check(file && write(file) == 1);
  std::fclose(file);
  return path;
}

}  // namespace

test_certificate::test_certificate(std::string const& names) {
  auto* key = EVP_EC_gen("P-256");
  check(key != nullptr);
  auto* certificate = sign(key, names);
  context_ = SSL_CTX_new(TLS_server_method());
  check(context_ && SSL_CTX_use_certificate(context_, certificate) == 1 && SSL_CTX_use_PrivateKey(context_, key) == 1);
  file_ = write_pem([&](FILE* to) { return PEM_write_X509(to, certificate); });
  key_file_ = write_pem([&](FILE* to) { return PEM_write_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(certificate);
  EVP_PKEY_free(key);
}

test_certificate::~test_certificate() {
  ::unlink(file_.c_str());
  ::unlink(key_file_.c_str());
  SSL_CTX_free(context_);
}

}  // namespace sambung::testing
