// open_stream: a streamed answer between its source and its client: what is encoded, who waits for whom, and who reads.
#pragma once

#include "http/server/http_message.hpp"
#include "http/server/outbox.hpp"
#include "server/pulling.hpp"
#include "server/server_metrics.hpp"

#include <sambung/security/principal.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace sambung::serving {

// Thread safety: none; everything runs on one executor.
class open_stream {
 public:
  // Past `limit` bytes that its client has not taken the source waits.
  open_stream(std::unique_ptr<body_source> source, std::size_t limit, framing how);
  ~open_stream();

  // Encodes what the source gives, until its end or until it rests: beside it, ready() and take() send it. Lets others
  // go first after each few events, so that a source which has much to give holds up nobody.
  task<void> produce();

  // Completes when there is something to take, everything is taken, or the source rests.
  task<void> ready();
  // What is there, framed: valid until the next ready() or take(). See outbox.
  std::array<boost::asio::const_buffer, 3> take();

  // While the source rests nothing here waits, and little is held: there are thousands of them. `told` is called, from
  // any thread, whenever pull() may find something.
  void notify(std::function<void()> told) { source_->notify(std::move(told)); }
  bool rests() const { return rests_; }
  // Encodes what is there at once; false: produce() goes on. Either way there may be something to take.
  bool pull();
  // What was taken is sent.
  void sent() { out_.release(); }
  void keep_alive() { out_.keep_alive(source_->keep_alive()); }

  body_source const& source() const { return *source_; }
  outbox const& out() const { return out_; }

  // What its source ended with, if it failed; null: it did not.
  failure const* failed() const { return failed_.get(); }

  // Ends it with a failure from outside; what its client has not taken is dropped.
  void cut_off(failure const& why);

  std::optional<stream_meter> meter;
  pulling pulled;
  identity const* reader = nullptr;                // null: nobody had to say who they are
  bool asking = false;                             // whether they still may
  std::chrono::steady_clock::time_point asked_at;  // last

 private:
  struct waits;

  waits& waiting(boost::asio::any_io_executor const& home);
  void wake();
  task<void> end_with(std::exception_ptr thrown);
  void added(std::size_t before, bool last);

  std::unique_ptr<body_source> source_;
  outbox out_;
  std::unique_ptr<failure> failed_;
  std::unique_ptr<waits> waits_;  // null while it rests
  bool rests_ = false;
};

}  // namespace sambung::serving
