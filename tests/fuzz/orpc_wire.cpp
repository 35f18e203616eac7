// oRPC's requests: paths and bodies with meta.
#include "carriers/rpc/orpc_wire.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes(reinterpret_cast<char const*>(data), size);
  if (auto const name = sambung::orpc::decode_path(bytes); name && name->find('/') != name->npos) std::abort();
  (void)sambung::orpc::decode_input(bytes);
  (void)sambung::orpc::decode_query(bytes);
  return 0;
}
