// open_stream: a streamed answer between its source and its client: what is encoded, who waits for whom, and who reads.
#pragma once

#include "http/server/http_message.hpp"
#include "http/server/outbox.hpp"

#include <sambung/security/principal.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>

namespace sambung::serving {

// Thread safety: none; everything runs on its executor.
class open_stream {
 public:
  // Past `limit` bytes that its client has not taken the source waits.
  open_stream(std::unique_ptr<body_source> source, boost::asio::any_io_executor executor, std::size_t limit,
              framing how);

  // Encodes what the source gives, until its end: beside it, ready() and take() send it. Lets others go first after
  // each few events, so that a source which has much to give holds up nobody.
  task<void> produce();

  // Completes when there is something to take, or everything is taken.
  task<void> ready();
  // What is there, framed: valid until the next ready() or take(). See outbox.
  std::array<boost::asio::const_buffer, 3> take();

  body_source const& source() const { return *source_; }
  outbox const& out() const { return out_; }

  // What its source ended with, if it failed.
  std::optional<failure> const& failed() const { return failed_; }

  // Ends it with a failure from outside; what its client has not taken is dropped.
  void cut_off(failure const& why);

  counter events;                                  // that the source gave
  std::optional<identity> reader;                  // none: nobody had to say who they are
  bool asking = false;                             // whether they still may
  std::chrono::steady_clock::time_point asked_at;  // last

 private:
  task<void> end_with(std::exception_ptr thrown);

  std::unique_ptr<body_source> source_;
  outbox out_;
  std::optional<failure> failed_;
  boost::asio::steady_timer filled_;   // cancelled: something was added
  boost::asio::steady_timer emptied_;  // cancelled: something was taken
};

}  // namespace sambung::serving
