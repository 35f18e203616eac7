// peer_calls: the open calls of one WebSocket and what is to be written to it, without a socket: answers before events,
// streams in turn, and of each stream no more than its client takes.
#pragma once

#include <boost/container/devector.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sambung::serving {

// Thread safety: none.
class peer_calls {
 public:
  enum class entry {
    begun,
    open,      // a call of this id is, or is being refused: the frame is ignored
    too_many,  // as many as may be are
  };

  // At most so many calls; past `stream_bytes` of events that the client has not taken no stream is asked for more.
  peer_calls(std::size_t most, std::size_t stream_bytes) : most_(most), stream_bytes_(stream_bytes) {}

  entry begin(std::string const& id);
  // What is behind `{"i":id,` of a frame. The answer to a call, which ends it; also to one that was refused: its id is
  // nobody else's until then.
  void answer(std::string const& id, std::string_view rest);
  // It answers with events from now on, after the frame that says so.
  void begin_stream(std::string const& id, std::string_view rest);
  // An event; what is not open any more gets none.
  void add(std::string const& id, std::string_view rest);
  // Its last event.
  void end(std::string const& id, std::string_view rest);
  // Its last event comes now: what the client has not taken is dropped for it.
  void cut(std::string const& id, std::string_view rest);
  // The client has no use for it: nothing more of it is written.
  void abort(std::string const& id);

  bool is_open(std::string const& id) const { return calls_.contains(id); }
  std::size_t open() const { return calls_.size(); }
  // Whether its source has to wait until something was taken.
  bool full(std::string const& id) const;
  // So much waits that nothing more should be read of the client until it takes some.
  bool crowded() const { return answer_bytes_ > stream_bytes_ || answers_.size() > most_; }
  // Of answers that wait; one that is large is counted by whoever holds it until none does.
  std::size_t answer_bytes() const { return answer_bytes_; }

  // Appends what is to be written next, as frames of WebSocket: about `most` bytes, and at least one frame if there is
  // any. Of a stream that has waited longest first.
  void take(std::string& out, std::size_t most);
  bool empty() const { return answers_.empty() && stream_waiting_ == 0; }

 private:
  struct call {
    std::string waiting;  // frames of events
    bool ended = false;   // with the last of them it goes
  };
  using calls = std::map<std::string, call, std::less<>>;

  void queue(std::string const& id, std::string_view rest);
  void drop_events(call& of);
  bool take_events(std::string& out);

  std::size_t const most_;
  std::size_t const stream_bytes_;
  calls calls_;
  std::set<std::string, std::less<>> refused_;       // not answered yet
  boost::container::devector<std::string> answers_;  // frames; takes nothing while there are none
  std::size_t answer_bytes_ = 0;
  std::size_t stream_waiting_ = 0;  // bytes of all streams
  std::string turn_;                // whose was last
};

// RFC 6455, 5.2: one whole message of text, unmasked as a server sends it, of two pieces.
void append_text_frame(std::string& out, std::string_view begin, std::string_view rest);
// A ping without content; the answer to a client's; a close, of code 0: without any. `reason` of at most 123 bytes, as
// `content` of 125.
std::string ping_frame();
void append_pong_frame(std::string& out, std::string_view content);
std::string close_frame(std::uint16_t code, std::string_view reason);

}  // namespace sambung::serving
