#include "server/peer_calls.hpp"

#include "carriers/rpc/orpc_peer.hpp"

namespace sambung::serving {
namespace {

// RFC 6455, 5.2: the last fragment, and what it is.
constexpr char text_opcode = '\x81';
constexpr char close_opcode = '\x88';
constexpr char ping_opcode = '\x89';
constexpr char pong_opcode = '\x8A';

void append_big_endian(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>((number >> shift) & 0xFF);
}

}  // namespace

void append_text_frame(std::string& out, std::string_view begin, std::string_view rest) {
  constexpr std::size_t around = 10;
  auto const size = begin.size() + rest.size();
  out.reserve(out.size() + size + around);
  out += text_opcode;
  if (size < 126) {
    append_big_endian(out, size, 1);
  } else if (size < 65'536) {
    out += '\x7E';
    append_big_endian(out, size, 2);
  } else {
    out += '\x7F';
    append_big_endian(out, size, 8);
  }
  out += begin;
  out += rest;
}

std::string ping_frame() { return {ping_opcode, '\0'}; }

void append_pong_frame(std::string& out, std::string_view content) {
  out += pong_opcode;
  append_big_endian(out, content.size(), 1);
  out += content;
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
  if (code == 0) return {close_opcode, '\0'};
  std::string frame(1, close_opcode);
  append_big_endian(frame, reason.size() + 2, 1);
  append_big_endian(frame, code, 2);
  return frame += reason;
}

peer_calls::entry peer_calls::begin(std::string const& id) {
  if (calls_.contains(id) || refused_.contains(id)) return entry::open;
  if (calls_.size() >= most_) {
    refused_.insert(id);
    return entry::too_many;
  }
  calls_.try_emplace(id);
  return entry::begun;
}

void peer_calls::queue(std::string const& id, std::string_view rest) {
  auto& frame = answers_.emplace_back();
  append_text_frame(frame, orpc::peer_frame_begin(id), rest);
  answer_bytes_ += frame.size();
}

void peer_calls::answer(std::string const& id, std::string_view rest) {
  queue(id, rest);
  calls_.erase(id);
  refused_.erase(id);
}

void peer_calls::begin_stream(std::string const& id, std::string_view rest) {
  if (calls_.contains(id)) queue(id, rest);
}

void peer_calls::add(std::string const& id, std::string_view rest) {
  auto const found = calls_.find(id);
  if (found == calls_.end() || found->second.ended) return;
  auto& waiting = found->second.waiting;
  auto const before = waiting.size();
  append_text_frame(waiting, orpc::peer_frame_begin(id), rest);
  stream_waiting_ += waiting.size() - before;
}

void peer_calls::end(std::string const& id, std::string_view rest) {
  add(id, rest);
  if (auto const found = calls_.find(id); found != calls_.end()) found->second.ended = true;
}

void peer_calls::cut(std::string const& id, std::string_view rest) {
  auto const found = calls_.find(id);
  if (found == calls_.end() || found->second.ended) return;
  drop_events(found->second);
  answer(id, rest);
}

void peer_calls::abort(std::string const& id) {
  refused_.erase(id);
  auto const found = calls_.find(id);
  if (found == calls_.end()) return;
  drop_events(found->second);
  calls_.erase(found);
}

void peer_calls::drop_events(call& of) {
  stream_waiting_ -= of.waiting.size();
  std::string().swap(of.waiting);  // a stream that rests holds no room
}

bool peer_calls::full(std::string const& id) const {
  auto const found = calls_.find(id);
  return found != calls_.end() && !found->second.waiting.empty() && stream_waiting_ > stream_bytes_;
}

void peer_calls::take(std::string& out, std::size_t most) {
  auto const begin = out.size();
  while (!answers_.empty() && out.size() - begin < most) {
    answer_bytes_ -= answers_.front().size();
    out += answers_.front();
    answers_.pop_front();
  }
  if (!answers_.empty()) return;
  while (out.size() - begin < most && take_events(out)) {
  }
}

// All that waits of the next stream in turn that has any.
bool peer_calls::take_events(std::string& out) {
  if (stream_waiting_ == 0) return false;
  auto next = calls_.upper_bound(turn_);
  while (true) {
    if (next == calls_.end()) next = calls_.begin();
    if (!next->second.waiting.empty()) break;
    ++next;
  }
  turn_ = next->first;
  auto& waiting = next->second.waiting;
  stream_waiting_ -= waiting.size();
  if (out.empty()) out.swap(waiting);
  else out += waiting;
  std::string().swap(waiting);
  if (next->second.ended) calls_.erase(next);
  return true;
}

}  // namespace sambung::serving
