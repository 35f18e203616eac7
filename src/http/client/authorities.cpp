#include "http/client/authorities.hpp"

#include <openssl/x509.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sambung {
namespace http {
namespace {

namespace fs = std::filesystem;
using variables = std::function<std::optional<std::string>(std::string const&)>;

bool is_readable_file(std::string const& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && std::ifstream(path).good();
}

bool has_files(std::string const& folder) {
  std::error_code failed;
  fs::directory_iterator const first(folder, failed);
  return !failed && first != fs::directory_iterator();
}

bool has_files_somewhere(std::string_view folders) {
  while (!folders.empty()) {
    auto const end = std::min(folders.find(':'), folders.size());
    if (has_files(std::string(folders.substr(0, end)))) return true;
    folders.remove_prefix(std::min(end + 1, folders.size()));
  }
  return false;
}

std::optional<std::string> named_by(variables const& variable, std::string const& name) {
  auto value = variable(name);
  return value && value->empty() ? std::nullopt : value;
}

failure none_there(std::vector<issue> tried) {
  std::string message = "no certificates to verify hosts with; name a file of them, or set SSL_CERT_FILE. Looked at";
  for (auto const& one : tried) message += (&one == tried.data() ? " " : ", ") + one.path;
  return failure(errc::invalid_argument, std::move(message), std::move(tried));
}

// What the environment names must be there: whoever sets it wants no other.
result<authority_paths> checked(authority_paths named) {
  std::vector<issue> issues;
  if (!named.file.empty() && !is_readable_file(named.file))
    issues.push_back({"SSL_CERT_FILE", "not a file that can be read: " + named.file});
  if (!named.folders.empty() && !has_files_somewhere(named.folders))
    issues.push_back({"SSL_CERT_DIR", "not a folder with certificates: " + named.folders});
  if (issues.empty()) return named;
  auto message = issues.front().path + ": " + issues.front().message;
  return failure(errc::invalid_argument, std::move(message), std::move(issues));
}

}  // namespace

authority_places known_places() {
  return {{
              X509_get_default_cert_file(),
              "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Alpine
              "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
              "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // the same, newer
              "/etc/ssl/ca-bundle.pem",                             // openSUSE
              "/etc/ssl/cert.pem",                                  // Alpine, macOS, the BSDs
              "/usr/local/share/certs/ca-root-nss.crt",             // FreeBSD
              "/etc/certs/ca-certificates.crt",                     // illumos
          },
          {X509_get_default_cert_dir(), "/etc/ssl/certs", "/etc/pki/tls/certs"}};
}

result<authority_paths> authorities_among(authority_places const& places, variables const& variable) {
  authority_paths named{named_by(variable, "SSL_CERT_FILE").value_or(""),
                        named_by(variable, "SSL_CERT_DIR").value_or("")};
  if (!named.file.empty() || !named.folders.empty()) return checked(std::move(named));
  std::vector<issue> tried;
  for (auto const& bundle : places.bundles) {
    if (is_readable_file(bundle)) return authority_paths{bundle, {}};
    tried.push_back({bundle, "no such file"});
  }
  for (auto const& folder : places.folders) {
    if (has_files(folder)) return authority_paths{{}, folder};
    tried.push_back({folder, "no certificates there"});
  }
  return none_there(std::move(tried));
}

result<authority_paths> authorities_here() {
  return authorities_among(known_places(), [](std::string const& name) -> std::optional<std::string> {
    auto const* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
}

}  // namespace http

result<authority_paths> find_authorities(
    std::function<std::optional<std::string>(std::string const&)> const& variable) {
  return http::authorities_among(http::known_places(), variable);
}

}  // namespace sambung
