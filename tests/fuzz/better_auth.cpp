// The bodies of Better Auth's endpoints.
#include "carriers/better_auth/better_auth_wire.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  namespace better_auth = sambung::better_auth;
  std::string_view const body(reinterpret_cast<char const*>(data), size);
  if (auto const in = better_auth::decode_sign_up(body); in && (in->email.empty() || in->password.empty()))
    std::abort();
  if (auto const in = better_auth::decode_sign_in(body); !in) (void)better_auth::encode_error(in.error());
  (void)better_auth::decode_password_change(body);
  if (auto const in = better_auth::decode_profile_update(body); in && !in->name && !in->image) std::abort();
  (void)better_auth::decode_session_reference(body);
  (void)better_auth::find_endpoint(body);
  return 0;
}
