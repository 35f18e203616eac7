#include "server/peer_call.hpp"

namespace sambung::serving {
namespace {

// Longer messages are counted among the bodies that are held.
constexpr std::size_t long_message = 16'384;

}  // namespace

bool peer_call::receive(std::string_view bytes) {
  message_ += bytes;
  return message_.capacity() < long_message || held_.grow_to(message_.capacity());
}

void peer_call::decode(orpc::peer_message how, kept_handshake const& opened) {
  begun_ = std::chrono::steady_clock::now();
  frame_ = orpc::decode_peer_frame(message_, how);
  target_ = "/rpc" + frame_.request.path;
  head_ = opened.head_of(frame_.request, target_);
}

// What its log line says of it stays.
void peer_call::drop_message() {
  frame_.request.body = {};
  std::string().swap(message_);
  held_.release();
}

}  // namespace sambung::serving
