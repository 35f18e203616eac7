// Envelopes as they are stored: nothing that was not sealed opens, and what is sealed opens until a bit of it changes.
#include <sambung/security/envelope.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

class same_bytes final : public sambung::random_source {
 public:
  void fill(std::span<std::byte> out) override { std::ranges::fill(out, std::byte{7}); }
};

sambung::secret_ring make_ring() {
  std::vector<sambung::secret_string> secrets;
  secrets.emplace_back("the fuzzer's first secret, 32 bytes");
  secrets.emplace_back("the fuzzer's other secret, 32 bytes");
  return sambung::secret_ring::make(std::move(secrets)).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static auto const secrets = make_ring();
  static sambung::envelope_place const where(sambung::tenant_id{}, "tenant", "openai", "api.openai.com",
                                             sambung::uuid{});
  same_bytes random;
  std::string_view const input(reinterpret_cast<char const*>(data), size);

  auto const opened = sambung::open_envelope(input, where, secrets);
  if (opened || opened.error().code != sambung::errc::data_loss) std::abort();
  (void)sambung::is_current(input, secrets);

  auto sealed = sambung::seal(sambung::secret_string(std::string(input)), where, secrets, random);
  if (sealed.has_value() != (size <= sambung::max_envelope_plaintext)) std::abort();
  if (!sealed) return 0;
  if (sambung::open_envelope(*sealed, where, secrets).value().view() != input) std::abort();
  if (size == 0) return 0;
  (*sealed)[data[0] % sealed->size()] ^= 1;
  if (sambung::open_envelope(*sealed, where, secrets)) std::abort();
  return 0;
}
