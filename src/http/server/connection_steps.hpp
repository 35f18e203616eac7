// connection_steps: what a connection does next and how long that may take, without a socket and without a clock of its
// own. Whoever has them does what each step says, and then says what came of it:
//
//   read           received() or ended()
//   admit          admitted() or turned_away()
//   send_continue  continue_sent()
//   answer         answered()
//   refuse         answered(), with an answer that says reader().fault()
//   respond        writing() whenever more of the answer can be sent; then responded()
//   next_request   begin_request()
//   close, drop    nothing more
#pragma once

#include "http/server/request_reader.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sambung::serving {

// Thread safety: none, but late() and answering() are safe to call from any thread.
class connection_steps {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  enum class step : std::uint8_t {
    read,
    admit,
    send_continue,
    answer,
    refuse,
    respond,
    next_request,
    close,  // in order: what was written reaches the client first
    drop,   // at once: the client is gone
  };

  // Whether the server goes on, or is shutting down.
  enum class server : std::uint8_t { serving, draining };

  // Lifetime: limits and budget outlive it.
  connection_steps(http_limits const& limits, body_budget& together) : limits_(&limits), reader_(limits, together) {}

  // There is a client, who has time for its first request from now on.
  void opened(time_point now);

  step begin_request(time_point now);
  step received(std::size_t count, time_point now);
  step ended();
  step admitted(time_point now);
  step turned_away(server state);
  step continue_sent();
  step answered(server state);
  step responded(server state, time_point now);

  // The client is written to, and has time to take it.
  void writing(time_point now);
  // Nothing to write for now: that may last.
  void waiting();
  // Whatever is under way has so much time left.
  void finish_within(std::chrono::milliseconds time, time_point now);
  // All is said: the client has so much time to close.
  void lingering(std::chrono::milliseconds time, time_point now);
  // Nothing is waited for any more.
  void dropped();

  // This connection takes no further request.
  void close_after() { keep_alive_ = false; }
  bool keep_alive() const { return keep_alive_; }

  request_reader& reader() { return reader_; }
  request_reader const& reader() const { return reader_; }
  // Whether the head of the current request could be read.
  bool has_head() const { return has_head_; }
  // When the first byte of the current request came.
  time_point begun() const { return begun_; }
  // Whether the client may have sent more than was read.
  bool unread() const { return unread_; }

  // Whether a time limit ran out.
  bool late(time_point now) const { return now.time_since_epoch().count() > deadline_; }
  // Whether an answer is waited for.
  bool answering() const { return phase_ == phase::answering; }
  // Whether nothing of a request has come.
  bool idle() const { return phase_ == phase::idle || (phase_ == phase::header && reader_.empty()); }
  // Whether a request has begun and not come in full: late then, it is told so.
  bool half_read() const { return phase_ == phase::body || (phase_ == phase::header && !reader_.empty()); }

 private:
  enum class phase : std::uint8_t { idle, header, body, answering, writing, closing };

  void enter(phase next, time_point until);
  void enter(phase next);
  step look_for_head();
  step look_for_body();
  std::chrono::milliseconds body_time() const;

  http_limits const* limits_;
  request_reader reader_;
  bool has_head_ = false;
  bool keep_alive_ = true;
  bool unread_ = false;
  time_point begun_;
  std::atomic<phase> phase_ = phase::idle;
  std::atomic<std::int64_t> deadline_ = INT64_MAX;
};

}  // namespace sambung::serving
