// Lines of newline-delimited JSON: bytes in, lines out, any split alike.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sambung {

// Lines end with LF or CRLF; blank ones are skipped. Bounded: a line over `max_bytes` stops the decoder for good.
// Copies only what is cut by the end of a push.
class ndjson_decoder {
 public:
  explicit ndjson_decoder(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Calls on_line(std::string_view) for each line that ends in `bytes`; when it returns false the rest is dropped.
  template <class F>
  void push(std::string_view bytes, F&& on_line);

  // What came behind the last LF: a last line without an end, or a piece of one.
  std::string_view tail() const { return trimmed(tail_); }

  bool overflowed() const { return overflowed_; }

 private:
  static std::string_view trimmed(std::string_view line);
  void keep_tail(std::string_view tail);

  std::size_t max_bytes_;
  bool overflowed_ = false;
  std::string tail_;  // a line cut by the end of a push
};

template <class F>
void ndjson_decoder::push(std::string_view bytes, F&& on_line) {
  while (!overflowed_ && !bytes.empty()) {
    auto const end = bytes.find('\n');
    bool const cut = end == bytes.npos;
    auto line = bytes.substr(0, end);
    bool const stable = tail_.empty() && !cut;
    if (!stable) keep_tail(line);
    else if (line.size() > max_bytes_) overflowed_ = true;
    if (cut || overflowed_) return;
    bytes.remove_prefix(end + 1);
    line = trimmed(stable ? line : std::string_view(tail_));
    bool const go_on = line.empty() || on_line(line);
    tail_.clear();
    if (!go_on) return;
  }
}

}  // namespace sambung
