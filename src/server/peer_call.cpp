#include "server/peer_call.hpp"

#include <utility>

namespace sambung::serving {
namespace {

// Longer messages are counted among the bodies that are held.
constexpr std::size_t long_message = 16'384;
// As nginx logs it: nobody waited until there was an answer.
constexpr int client_left = 499;

}  // namespace

bool peer_call::receive(std::string_view bytes) {
  message_ += bytes;
  return message_.capacity() < long_message || held_.grow_to(message_.capacity());
}

void peer_call::decode(orpc::peer_message how, kept_handshake const& opened) {
  begun_ = std::chrono::steady_clock::now();
  frame_ = std::make_unique<orpc::peer_frame>(orpc::decode_peer_frame(message_, how));
  id_ = std::move(frame_->id);
  target_ = "/rpc" + frame_->request.path;
  head_ = opened.head_of(frame_->request, target_);
}

void peer_call::log() {
  if (std::exchange(logged_, true)) return;
  if (!has_response) current.outcome().status = client_left;
  current.log_call(head_, begun_);
}

// What its log line says of it stays.
void peer_call::drop_message() {
  head_.keep_for_log();
  head_.method = {};
  current.admitted.rest();
  frame_.reset();
  std::string().swap(message_);
  held_.release();
}

}  // namespace sambung::serving
