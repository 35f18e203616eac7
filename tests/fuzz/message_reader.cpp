// Frames of a WebSocket: whole and byte by byte they are the same messages, and text is UTF-8.
#include "server/message_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

namespace {

using sambung::serving::message_reader;
using step = message_reader::step;

constexpr std::size_t most = 1'000;

bool is_utf8(std::string const& text) {
  sambung::serving::utf8_check check;
  return check.add(text) && check.whole();
}

// What came, each step as a letter and a text.
std::string read(std::string bytes, std::size_t at_once) {
  message_reader reader(most);
  std::string all;
  std::string message;
  for (std::size_t at = 0; at < bytes.size(); at += at_once) {
    std::span<char> rest(bytes.data() + at, std::min(at_once, bytes.size() - at));
    for (auto next = reader.next(rest); next != step::read; next = reader.next(rest)) {
      if (next == step::close || next == step::refused) return all + 'c' + std::to_string(reader.code());
      if (next != step::piece) {
        all.append(next == step::ping ? "p" : "q").append(reader.piece());
        continue;
      }
      message += reader.piece();
      if (message.size() > most) std::abort();
      if (!reader.last()) continue;
      if (!reader.binary() && !is_utf8(message)) std::abort();
      all.append(reader.binary() ? "b" : "t").append(std::exchange(message, {}));
    }
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string const bytes(reinterpret_cast<char const*>(data) + 1, size - 1);
  auto const whole = read(bytes, std::max<std::size_t>(bytes.size(), 1));
  if (read(bytes, 1) != whole || read(bytes, 1 + data[0] % 16) != whole) std::abort();
  return 0;
}
