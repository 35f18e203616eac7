// Signed cookie values: what verifies is what would be signed, and what is signed verifies.
#include <sambung/security/token.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

sambung::secret_ring make_ring() {
  std::vector<sambung::secret_string> secrets;
  secrets.emplace_back("the fuzzer's first secret, 32 bytes");
  secrets.emplace_back("the fuzzer's other secret, 32 bytes");
  return sambung::secret_ring::make(std::move(secrets)).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static auto const secrets = make_ring();
  std::string_view const value(reinterpret_cast<char const*>(data), size);

  if (auto const token = sambung::verify_cookie(value, secrets))
    if (sambung::sign_cookie(*token, secrets.at(0)) != value && sambung::sign_cookie(*token, secrets.at(1)) != value)
      std::abort();
  if (!value.empty() && sambung::verify_cookie(sambung::sign_cookie(value, secrets.at(1)), secrets) != value)
    std::abort();
  for (auto const prefix : {sambung::api_token_prefix, sambung::session_token_prefix})
    if (sambung::is_token(value, prefix) && value.size() != prefix.size() + 43) std::abort();
  return 0;
}
