// Rate limits as text: what is taken has a rate for every burst.
#include <sambung/server/rates.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const rates = sambung::parse_rates({reinterpret_cast<char const*>(data), size});
  if (!rates) return 0;
  for (auto const& one : {rates->address, rates->principal, rates->read, rates->write, rates->model, rates->credentials,
                          rates->account, rates->everywhere, rates->device})
    if (one.burst < 0 || (one.burst > 0 && !(std::isfinite(one.per_second) && one.per_second > 0))) std::abort();
  return 0;
}
