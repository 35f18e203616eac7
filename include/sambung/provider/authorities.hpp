// authorities: the certificates that hosts are verified with, where nobody names a file of them.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>

#include <functional>
#include <optional>
#include <string>

namespace sambung {

// Either or both; empty: none.
struct authority_paths {
  std::string file;  // PEM, of many certificates
  std::string
      folders;  // of certificates named by their hashes, as "openssl rehash" does; several with ':' between them
};
SAMBUNG_DESCRIBE_STRUCT(authority_paths, (), (file, folders))

// What SSL_CERT_FILE and SSL_CERT_DIR name, if one of them is set; else the first bundle, and else the first folder,
// that is where OpenSSL was built to look or where systems are known to have them: an OpenSSL that was built elsewhere
// looks where nothing is, and does not say so. A transport without a ca_file looks here when it needs TLS for the first
// time.
//
// `variable` gives the value of one that is set. errc::invalid_argument when nothing is there: an issue for each place
// that was looked at.
SAMBUNG_API result<authority_paths> find_authorities(
    std::function<std::optional<std::string>(std::string const&)> const& variable);

}  // namespace sambung
