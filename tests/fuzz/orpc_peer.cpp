// oRPC's peer protocol: frames of clients, and what is written for their ids.
#include "carriers/rpc/orpc_peer.hpp"

#include "carriers/rpc/orpc_wire.hpp"

#include <boost/json/parse.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  namespace orpc = sambung::orpc;
  if (size == 0) return 0;
  auto const how = data[0] % 2 == 0 ? orpc::peer_message::text : orpc::peer_message::binary;
  std::string_view const message(reinterpret_cast<char const*>(data) + 1, size - 1);
  auto const frame = orpc::decode_peer_frame(message, how);
  if (frame.what == orpc::peer_frame::kind::unreadable) return 0;
  if (frame.id.empty() || frame.id.size() > orpc::max_peer_id_bytes) std::abort();
  auto out = orpc::peer_frame_begin(frame.id);
  orpc::append_peer_done(out);
  boost::system::error_code fault;
  boost::json::parse(out, fault);
  if (fault) std::abort();
  if (frame.what != orpc::peer_frame::kind::request || frame.fault) return 0;
  if (!frame.request.path.starts_with('/')) std::abort();
  for (auto const* header : {&frame.request.authorization, &frame.request.tenant, &frame.request.last_event})
    if (header->find_first_of(std::string_view("\r\n\0", 3)) != header->npos) std::abort();
  (void)orpc::decode_input(frame.request.body);
  return 0;
}
