#include "server/web_socket.hpp"

#include <boost/asio/buffer.hpp>

namespace sambung::serving {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t next_read = 16'384;
// Of answers to its pings that a client has not taken.
constexpr std::size_t most_control = 1'024;

}  // namespace

// What has begun is read to its end, while its clock runs.
bool web_socket::may_read() const { return control_.size() <= most_control && (incoming_ || !crowded()); }

// Goes on once the client takes what it asked for.
void web_socket::read_on() {
  if (reading_ || taking_ || leaving_ || ending_) return;
  if (unread_.empty()) read();
  else take_in();
}

// What is longer than a quiet socket has room for is read by larger pieces, while it comes.
std::span<char> web_socket::room() {
  bool const longer = incoming_ || filled_;
  if (!longer) std::string().swap(more_);
  else if (more_.empty()) more_.resize(next_read);
  return longer ? std::span<char>(more_) : std::span<char>(first_);
}

void web_socket::read() {
  if (!may_read()) return clock_.pausing();
  clock_.reading(steady_clock::now());
  reading_ = true;
  auto const into = room();
  stream_->async_read_some(boost::asio::buffer(into.data(), into.size()),
                           [self = shared_from_this(), into](boost::system::error_code fault, std::size_t count) {
                             self->reading_ = false;
                             if (fault || self->gone_) return self->end();
                             self->clock_.heard(steady_clock::now());
                             self->filled_ = count == into.size();
                             self->unread_ = into.first(count);
                             self->take_in();
                           });
}

// Takes apart what came, as far as the client takes what it asked for.
void web_socket::take_in() {
  taking_ = true;
  bool more = true;
  try {
    while (more && !gone_ && !leaving_ && may_read()) more = take_next();
  } catch (...) {
    drop();  // this client alone
  }
  taking_ = false;
  if (gone_ || leaving_) return end();
  if (more) return clock_.pausing();
  read();
}

// False: more has to come first.
bool web_socket::take_next() {
  switch (messages_.next(unread_)) {
    case message_reader::step::read:
      return false;
    case message_reader::step::piece:
      take_piece();
      break;
    case message_reader::step::ping:
      append_pong_frame(control_, messages_.piece());
      wake();
      break;
    case message_reader::step::pong:
      break;
    case message_reader::step::close:
    case message_reader::step::refused:
      leave(messages_.code());
  }
  return true;
}

void web_socket::take_piece() {
  if (!incoming_) {
    incoming_ = std::make_shared<peer_call>(*core_, core_->bodies);
    if (!messages_.last()) clock_.receiving(steady_clock::now());
  }
  if (!incoming_->receive(messages_.piece())) {
    leaving_ = true;
    return close(socket_close::too_many, "too many messages are on their way");
  }
  if (!messages_.last()) return;
  clock_.received();
  auto call = std::exchange(incoming_, nullptr);
  if (closing_) return;
  call->decode(messages_.binary() ? orpc::peer_message::binary : orpc::peer_message::text, opened_);
  received(std::move(call));
}

// The client has said that it leaves, or what cannot be read: it is answered, unless it was told to leave.
void web_socket::leave(std::uint16_t code) {
  leaving_ = true;
  if (std::exchange(closed_, true)) return;
  control_ += close_frame(code, {});
  wake();
}

}  // namespace sambung::serving
