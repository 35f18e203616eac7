#include "server/socket_layer.hpp"

namespace sambung::serving {
namespace {

// Of answers to pings that were not taken.
constexpr std::size_t most_gathered = 1'024;
constexpr unsigned char closing_frame = 0x88;

}  // namespace

bool socket_layer::full() const { return !closed_ && gathered_.size() > most_gathered; }

// What Beast writes first is the answer to the handshake, then whole frames.
void socket_layer::add(std::string const& bytes) {
  if (closed_ || bytes.empty()) return;
  gathered_ += bytes;
  if (open_ && static_cast<unsigned char>(bytes.front()) == closing_frame) closed_ = true;
  open_ = true;
  written_();
}

void socket_layer::close() {
  closed_ = true;
  room_.cancel();
}

void socket_layer::take(std::string& out) {
  out += gathered_;
  std::string().swap(gathered_);
  room_.cancel();
}

}  // namespace sambung::serving
