// Reads streamed answers to the last byte: chunked HTTP, server-sent events, and in them the stamped events of the mock
// upstream, whichever protocol carries them.
#pragma once

#include "stamped_text.hpp"

#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

struct wrong_answer : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Undoes HTTP's chunks.
class chunk_decoder {
 public:
  bool ended() const { return state_ == state::ended; }

  // Appends what the bytes carry; they must not go on behind the end.
  void push(std::string_view in, std::string& out) {
    while (!in.empty()) {
      switch (state_) {
        case state::size:
          take_line(in, &chunk_decoder::begin_chunk);
          break;
        case state::data: {
          auto const piece = in.substr(0, left_);
          out.append(piece);
          in.remove_prefix(piece.size());
          left_ -= piece.size();
          if (left_ == 0) state_ = state::data_end;
          break;
        }
        case state::data_end:
          take_line(in, &chunk_decoder::end_chunk);
          break;
        case state::trailer:
          take_line(in, &chunk_decoder::end_trailer);
          break;
        case state::ended:
          throw wrong_answer("bytes behind the end of an answer");
      }
    }
  }

 private:
  enum class state { size, data, data_end, trailer, ended };

  void take_line(std::string_view& in, void (chunk_decoder::*then)()) {
    auto const end = in.find('\n');
    auto const piece = in.substr(0, end);
    line_.append(piece);
    in.remove_prefix(end == in.npos ? in.size() : end + 1);
    if (end == in.npos) return;
    if (line_.empty() || line_.back() != '\r') throw wrong_answer("a line of the chunked coding has no end");
    line_.pop_back();
    (this->*then)();
    line_.clear();
  }

  void begin_chunk() {
    auto const [end, fault] = std::from_chars(line_.data(), line_.data() + line_.size(), left_, 16);
    if (fault != std::errc()) throw wrong_answer("a chunk without a size");
    state_ = left_ == 0 ? state::trailer : state::data;
  }

  void end_chunk() {
    if (!line_.empty()) throw wrong_answer("a chunk is longer than it says");
    state_ = state::size;
  }

  void end_trailer() {
    if (line_.empty()) state_ = state::ended;
  }

  state state_ = state::size;
  std::size_t left_ = 0;
  std::string line_;
};

enum class dialect {
  completions,  // /v1/chat/completions: ends with [DONE]
  turns,        // /rpc/message/stream: ends with a finished event and a done one
};

// One answer. Every event must be there once, in order and unchanged, and behind them usage and a good end.
class answer_reader {
 public:
  answer_reader(dialect spoken, std::int64_t events) : spoken_(spoken), expected_(events) {}

  // False until the answer is there to its end. Tells each event as it is found.
  template <class OnEvent>
  bool push(std::string_view bytes, OnEvent&& on_event) {
    if (!head_read_) {
      text_.append(bytes);
      auto const end = text_.find("\r\n\r\n");
      if (end == text_.npos) return false;
      check_head(std::string_view(text_).substr(0, end));
      head_read_ = true;
      auto const body = std::exchange(text_, {}).substr(end + 4);
      return push(body, on_event);
    }
    chunks_.push(bytes, text_);
    read_lines(on_event);
    if (!chunks_.ended()) return false;
    check_end();
    return true;
  }

  std::int64_t events() const { return seen_; }

 private:
  static void check_head(std::string_view head) {
    if (!head.starts_with("HTTP/1.1 200")) throw wrong_answer(std::string(head.substr(0, head.find('\r'))));
    std::string const text(head);
    if (!strcasestr(text.c_str(), "\r\ncontent-type: text/event-stream")) throw wrong_answer("no event stream");
    if (!strcasestr(text.c_str(), "\r\ntransfer-encoding: chunked")) throw wrong_answer("no chunked answer");
  }

  template <class OnEvent>
  void read_lines(OnEvent& on_event) {
    std::string_view rest = text_;
    for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
      read_line(rest.substr(0, end), on_event);
      rest.remove_prefix(end + 1);
    }
    text_.erase(0, text_.size() - rest.size());
  }

  template <class OnEvent>
  void read_line(std::string_view line, OnEvent& on_event) {
    if (line.starts_with("event: error")) throw wrong_answer("an error event");
    if (line.starts_with("event: done")) done_ = true;
    if (!line.starts_with("data:")) return;
    if (auto const at = line.find('~'); at != line.npos) {
      on_event(stamp_in(line.substr(at)));
      return;
    }
    if (line.find("\"usage\":{") != line.npos) usage_ = true;
    if (line.find("\"state\":\"complete\"") != line.npos) complete_ = true;
    if (spoken_ != dialect::completions) return;
    if (line.starts_with("data: {\"error\"")) throw wrong_answer(std::string(line));
    if (line == "data: [DONE]") done_ = complete_ = true;
  }

  stamped::stamp stamp_in(std::string_view rest) {
    auto const text = rest.substr(0, rest.find('"'));
    auto const found = stamped::read(text);
    if (!found) throw wrong_answer("an event has another text than was sent: " + std::string(text.substr(0, 100)));
    if (found->index != seen_)
      throw wrong_answer("event " + std::to_string(found->index) + " instead of " + std::to_string(seen_));
    if (seen_ == 0) text_size_ = text.size();
    if (text.size() != text_size_) throw wrong_answer("an event's text was cut");
    ++seen_;
    return *found;
  }

  void check_end() const {
    if (seen_ != expected_)
      throw wrong_answer(std::to_string(seen_) + " events instead of " + std::to_string(expected_));
    if (!usage_) throw wrong_answer("no usage");
    if (!done_ || !complete_) throw wrong_answer("the answer has no good end");
  }

  dialect spoken_;
  std::int64_t expected_;
  bool head_read_ = false;
  chunk_decoder chunks_;
  std::string text_;
  std::int64_t seen_ = 0;
  std::size_t text_size_ = 0;
  bool usage_ = false;
  bool complete_ = false;
  bool done_ = false;
};
