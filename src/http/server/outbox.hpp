// outbox: what a stream has encoded and its client has not been sent yet, without a socket.
#pragma once

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sambung::serving {

// Where the end of a streamed body is: in its last chunk, or where the connection ends (HTTP/1.0).
enum class framing { chunked, until_close };

// Thread safety: none.
class outbox {
 public:
  enum class step {
    wait,  // for something to send
    send,  // take() it
    end,   // all is sent
  };

  // Past `limit` bytes it is full.
  outbox(std::size_t limit, framing how) : limit_(limit), how_(how) {}

  // What the source appends to; then it says so, and whether that was the last.
  std::string& pending() { return pending_; }
  void added(bool last) { ended_ = ended_ || last; }
  // Whether the source has to wait until something was taken.
  bool full() const { return pending_.size() > limit_; }

  // What was not taken, and what still comes, is dropped for `last_words`, which end the stream.
  void cut_off_with(std::string last_words);
  bool cut() const { return cut_; }

  step next() const;
  // Nothing is to send and nothing is being sent: a large room goes back.
  void rest();
  // The same, and nobody knows for how long: all of it goes back.
  void release();
  // Nothing came for so long that the client is told that the stream lives.
  void keep_alive(std::string_view text);

  // Takes all that is there, so that events that came while the last write was under way go together. The buffers,
  // framed, are valid until the next take().
  std::array<boost::asio::const_buffer, 3> take();
  std::size_t taken_bytes() const { return taken_.size(); }  // without their frame
  std::size_t pending_bytes() const { return pending_.size(); }

  // What ends the body.
  std::string_view closing() const { return how_ == framing::chunked ? "0\r\n\r\n" : std::string_view(); }

 private:
  std::size_t const limit_;
  framing const how_;
  bool ended_ = false;
  bool cut_ = false;
  std::string pending_;
  std::string taken_;
  char size_line_[24];
  std::unique_ptr<std::string> last_words_;  // of one that was cut off; null once they are taken
};

}  // namespace sambung::serving
