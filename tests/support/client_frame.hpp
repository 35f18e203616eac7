// Frames of a WebSocket as a client sends them, written by hand.
#pragma once

#include <string>
#include <string_view>

namespace sambung::test {

// RFC 6455, 5.2: one frame of up to 65,535 bytes with a mask of zeros, which leaves them as they are. `first`: its
// flags and opcode.
inline std::string client_frame(unsigned char first, std::string_view bytes) {
  std::string out(1, static_cast<char>(first));
  if (bytes.size() < 126) {
    out += static_cast<char>(0x80 | bytes.size());
  } else {
    out += '\xFE';
    out += static_cast<char>(bytes.size() >> 8);
    out += static_cast<char>(bytes.size() & 0xFF);
  }
  return out.append(4, '\0').append(bytes);
}

// The handshake of one. `headers`: further lines, each ended by CRLF.
inline std::string client_handshake(std::string_view headers) {
  std::string request = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  request += headers;
  return request += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

}  // namespace sambung::test
