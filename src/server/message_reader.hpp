// message_reader: the messages in the bytes that a client sends over a WebSocket, without a socket.
// Source: RFC 6455, 5 and 7.4; no extension is spoken.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sambung::serving {

// Whether bytes that come piece by piece are UTF-8. Thread safety: none.
class utf8_check {
 public:
  // False once they cannot be, whatever comes.
  bool add(std::string_view bytes);
  // No character is begun.
  bool whole() const { return left_ == 0; }

 private:
  bool begin(unsigned char byte);

  std::uint8_t left_ = 0;  // bytes of the character that has begun
  unsigned char least_ = 0x80, most_ = 0xBF;
};

// Thread safety: none.
class message_reader {
 public:
  enum class step {
    read,   // more has to come
    piece,  // of a message: piece(), last(), binary()
    ping,   // piece() is to be sent back
    pong,
    close,    // the client leaves: code(), 0 when it says none
    refused,  // code() says why: nothing more can be read from this client
  };

  // Longer messages are refused.
  explicit message_reader(std::size_t max_message_bytes) : most_(max_message_bytes) {}

  // Takes from the front of `bytes`, which it unmasks where they are, until there is something to do.
  step next(std::span<char>& bytes);

  // Valid as long as the bytes that it came in, of a ping until the next frame.
  std::string_view piece() const { return piece_; }
  bool last() const { return last_; }
  bool binary() const { return binary_; }
  std::uint16_t code() const { return code_; }

 private:
  enum class opcode : unsigned char { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

  bool take_head(std::span<char>& bytes);
  std::size_t head_size() const;
  bool begin_frame();
  bool begin_data(opcode kind, bool is_final);
  std::string_view take_payload(std::span<char>& bytes);
  step take_data(std::span<char>& bytes);
  step take_control(std::span<char>& bytes);
  step end_control();
  step take_close();
  step refuse(std::uint16_t code);

  std::size_t const most_;
  std::array<unsigned char, 14> head_{};
  std::uint8_t head_filled_ = 0;
  bool in_frame_ = false;
  bool in_message_ = false;
  bool final_ = false;
  bool binary_ = false;
  bool last_ = false;
  opcode frame_ = opcode::more;
  std::uint16_t code_ = 0;
  utf8_check text_;
  std::array<char, 4> mask_{};
  std::uint64_t left_ = 0;  // of the frame
  std::size_t size_ = 0;    // of the message so far
  std::string control_;     // what a frame between those of messages says
  std::string_view piece_;
};

}  // namespace sambung::serving
