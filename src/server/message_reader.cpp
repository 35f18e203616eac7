#include "server/message_reader.hpp"

#include <algorithm>

namespace sambung::serving {
namespace {

constexpr std::uint16_t broken = 1002, not_utf8 = 1007, too_large = 1009;
constexpr std::size_t max_control_bytes = 125;

constexpr unsigned char final_bit = 0x80, reserved_bits = 0x70, opcode_bits = 0x0F;
constexpr unsigned char mask_bit = 0x80, size_bits = 0x7F, size_in_2 = 126, size_in_8 = 127;

// RFC 6455, 7.4: those that somebody may send.
bool is_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1013) || (code >= 3000 && code <= 4999);
}

bool is_utf8(std::string_view text) {
  utf8_check check;
  return check.add(text) && check.whole();
}

}  // namespace

bool utf8_check::add(std::string_view bytes) {
  for (char const one : bytes) {
    auto const byte = static_cast<unsigned char>(one);
    if (left_ == 0) {
      if (byte >= 0x80 && !begin(byte)) return false;
      continue;
    }
    if (byte < least_ || byte > most_) return false;
    --left_;
    least_ = 0x80, most_ = 0xBF;
  }
  return true;
}

// RFC 3629, 4: what the second byte may be keeps out longer spellings, surrogates and what is beyond U+10FFFF.
bool utf8_check::begin(unsigned char byte) {
  if (byte < 0xC2 || byte > 0xF4) return false;
  left_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  if (byte == 0xE0) least_ = 0xA0;
  if (byte == 0xED) most_ = 0x9F;
  if (byte == 0xF0) least_ = 0x90;
  if (byte == 0xF4) most_ = 0x8F;
  return true;
}

message_reader::step message_reader::refuse(std::uint16_t code) {
  code_ = code;
  return step::refused;
}

message_reader::step message_reader::next(std::span<char>& bytes) {
  if (!in_frame_) {
    if (!take_head(bytes)) return step::read;
    if (!begin_frame()) return step::refused;
  }
  return frame_ >= opcode::close ? take_control(bytes) : take_data(bytes);
}

std::size_t message_reader::head_size() const {
  if (head_filled_ < 2) return 2;
  auto const size = head_[1] & size_bits;
  std::size_t const more = size == size_in_2 ? 2 : size == size_in_8 ? 8 : 0;
  return 2 + more + ((head_[1] & mask_bit) != 0 ? mask_.size() : 0);
}

bool message_reader::take_head(std::span<char>& bytes) {
  while (head_filled_ < head_size()) {
    if (bytes.empty()) return false;
    head_[head_filled_++] = static_cast<unsigned char>(bytes.front());
    bytes = bytes.subspan(1);
  }
  head_filled_ = 0;
  return true;
}

// False: refused.
bool message_reader::begin_frame() {
  code_ = broken;
  auto const is_masked = (head_[1] & mask_bit) != 0;
  if (!is_masked || (head_[0] & reserved_bits) != 0) return false;
  auto const size = head_[1] & size_bits;
  std::size_t const in = size == size_in_2 ? 2 : size == size_in_8 ? 8 : 0;
  left_ = in == 0 ? size : 0;
  for (std::size_t i = 0; i < in; ++i) left_ = left_ << 8 | head_[2 + i];
  // In as few bytes as will do, and the highest bit is none.
  if ((in == 2 && left_ < size_in_2) || (in == 8 && (left_ < 65'536 || left_ >> 63 != 0))) return false;
  std::copy_n(head_.begin() + 2 + static_cast<std::ptrdiff_t>(in), mask_.size(), mask_.begin());
  in_frame_ = true;
  auto const kind = static_cast<opcode>(head_[0] & opcode_bits);
  bool const is_final = (head_[0] & final_bit) != 0;
  if (kind < opcode::close) return begin_data(kind, is_final);
  frame_ = kind;
  control_.clear();
  return kind <= opcode::pong && is_final && left_ <= max_control_bytes;
}

bool message_reader::begin_data(opcode kind, bool is_final) {
  if (kind > opcode::binary || (kind == opcode::more) != in_message_) return false;
  if (!in_message_) {
    binary_ = kind == opcode::binary;
    size_ = 0;
    text_ = utf8_check();
  }
  in_message_ = true;
  final_ = is_final;
  frame_ = kind;
  code_ = too_large;
  return left_ <= most_ - size_;
}

std::string_view message_reader::take_payload(std::span<char>& bytes) {
  auto const here = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  for (std::size_t i = 0; i < here.size(); ++i) here[i] = static_cast<char>(here[i] ^ mask_[i % mask_.size()]);
  // Whatever comes next of the frame begins with the mask's byte that is due.
  std::rotate(mask_.begin(), mask_.begin() + static_cast<std::ptrdiff_t>(here.size() % mask_.size()), mask_.end());
  bytes = bytes.subspan(here.size());
  left_ -= here.size();
  return {here.data(), here.size()};
}

message_reader::step message_reader::take_data(std::span<char>& bytes) {
  if (bytes.empty() && left_ > 0) return step::read;
  piece_ = take_payload(bytes);
  size_ += piece_.size();
  in_frame_ = left_ > 0;
  last_ = final_ && !in_frame_;
  in_message_ = !last_;
  if (binary_) return step::piece;
  bool const is_text = text_.add(piece_) && (!last_ || text_.whole());
  return is_text ? step::piece : refuse(not_utf8);
}

message_reader::step message_reader::take_control(std::span<char>& bytes) {
  control_ += take_payload(bytes);
  if (left_ > 0) return step::read;
  in_frame_ = false;
  return end_control();
}

message_reader::step message_reader::end_control() {
  piece_ = control_;
  if (frame_ == opcode::close) return take_close();
  return frame_ == opcode::ping ? step::ping : step::pong;
}

message_reader::step message_reader::take_close() {
  if (piece_.size() == 1) return refuse(broken);
  code_ = 0;
  if (piece_.empty()) return step::close;
  auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(piece_[at]); };
  auto const said = static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
  if (!is_close_code(said)) return refuse(broken);
  if (!is_utf8(piece_.substr(2))) return refuse(not_utf8);
  code_ = said;
  return step::close;
}

}  // namespace sambung::serving
