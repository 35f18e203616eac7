// Server-sent events by the rules of the WHATWG HTML standard, section 9.2.6: bytes in, events out, any split alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// Views are valid during the call that hands them out.
struct sse_event {
  std::string_view event;  // empty: "message"
  std::string_view data;   // lines joined by LF
  std::string_view id;     // the last one seen in the stream
};

// Bounded: a line, or the data of one event, over `max_bytes` stops the decoder for good.
// Copies only what is cut by the end of a push.
class sse_decoder {
 public:
  explicit sse_decoder(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Calls on_event(sse_event const&) for each event that ends in `bytes`; when it returns false the rest is dropped.
  template <class F>
  void push(std::string_view bytes, F&& on_event);

  bool overflowed() const { return overflowed_; }
  // The server's wish for the delay before a reconnect.
  std::optional<std::uint64_t> retry_milliseconds() const { return retry_; }

 private:
  // Where the next LF and the next CR are; each is searched for once however the lines end.
  struct line_ends {
    explicit line_ends(std::string_view bytes) : end(bytes.data() + bytes.size()) {
      lf = find('\n', bytes.data());
      cr = find('\r', bytes.data());
    }
    char const* find(char c, char const* from) const {
      auto const* found = from == end ? nullptr : std::memchr(from, c, static_cast<std::size_t>(end - from));
      return found ? static_cast<char const*>(found) : end;
    }
    // The end of the line that begins at `from`.
    char const* next(char const* from) {
      if (lf < from) lf = find('\n', from);
      if (cr < from) cr = find('\r', from);
      return lf < cr ? lf : cr;
    }
    char const* end;
    char const* lf;
    char const* cr;
  };

  std::string_view without_bom(std::string_view bytes);
  void keep_tail(std::string_view tail);
  void field(std::string_view line, bool stable);
  void data_line(std::string_view value, bool stable);
  void own_data();
  void reset_event();
  std::string_view data() const { return owned_ ? std::string_view(data_) : view_; }

  std::size_t max_bytes_;
  std::size_t bom_ = 0;  // bytes of it seen; 3 when that question is settled
  bool skip_lf_ = false;
  bool overflowed_ = false;
  std::string tail_;  // a line cut by the end of a push
  std::string data_;
  std::string_view view_;
  bool has_data_ = false;
  bool owned_ = false;  // the data is in data_, else in view_
  std::string event_;
  std::string id_;
  std::optional<std::uint64_t> retry_;
};

template <class F>
void sse_decoder::push(std::string_view bytes, F&& on_event) {
  if (overflowed_) return;
  if (bom_ < 3) bytes = without_bom(bytes);
  auto const* at = bytes.data();
  line_ends ends(bytes);
  while (at != ends.end) {
    if (skip_lf_) {
      skip_lf_ = false;
      if (*at == '\n' && ++at == ends.end) break;
    }
    auto const* const eol = ends.next(at);
    std::string_view line(at, static_cast<std::size_t>(eol - at));
    if (eol == ends.end) {
      keep_tail(line);
      break;
    }
    at = eol + 1;
    skip_lf_ = *eol == '\r';
    bool const stable = tail_.empty();
    if (!stable) {
      keep_tail(line);
      line = tail_;
    } else if (line.size() > max_bytes_) {
      overflowed_ = true;
    }
    if (overflowed_) return;
    if (!line.empty()) {
      field(line, stable);
      tail_.clear();
      if (overflowed_) return;
    } else {
      bool go_on = true;
      if (has_data_) go_on = on_event(sse_event{event_, data(), id_});
      reset_event();
      if (!go_on) return;
    }
  }
  own_data();
}

}  // namespace sambung
