// provider_credential: the key that one call is paid with, when it is not the provider's own.
#pragma once

#include <sambung/core/secret.hpp>

namespace sambung {

struct provider_credential {
  provider_credential(secret_string key_, std::string host_) : key(std::move(key_)), host(std::move(host_)) {}

  secret_string key;
  std::string host;  // the only one it may be sent to: provider::key_host() of where it was stored for
};

}  // namespace sambung
