// peer_call: one call over a WebSocket while it is served.
#pragma once

#include "carriers/rpc/orpc_peer.hpp"
#include "http/server/body_budget.hpp"
#include "server/exchange.hpp"
#include "server/handshake.hpp"
#include "server/server_metrics.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace sambung::serving {

// Thread safety: none. Lifetime: the core and the handshake outlive it.
class peer_call {
 public:
  peer_call(server_core& core, body_budget& bodies) : current(core), held_(bodies) {}

  // Appends what came of the message; false when all that come together are more than may be held.
  bool receive(std::string_view bytes);
  // All came: takes it apart.
  void decode(orpc::peer_message how, kept_handshake const& opened);

  // Until its message is dropped.
  orpc::peer_frame const& frame() const { return *frame_; }
  std::string const& id() const { return id_; }
  request_head const& head() const { return head_; }
  std::string_view body() const { return frame_->request.body; }
  std::chrono::steady_clock::time_point begun() const { return begun_; }
  // It is over, or nobody waits for it any more: the end of its span, and its line in the access log, once.
  void log();
  // Its message is not needed any more.
  void drop_message();

  // Who reads a stream.
  identity const* reader() const { return current.admitted.who(); }

  exchange current;
  boost::asio::cancellation_signal cancel;
  std::optional<stream_meter> meter;    // of a stream
  std::unique_ptr<body_source> source;  // the same
  bool streaming = false;
  bool resting = false;  // its source has nothing, and no coroutine waits for it
  bool has_response = false;
  bool answered = false;
  bool aborted = false;  // nobody waits for it any more

 private:
  bool logged_ = false;
  std::string message_;
  body_share held_;
  std::unique_ptr<orpc::peer_frame> frame_;
  std::string id_;
  std::string target_;
  request_head head_;  // views into the frame and the handshake
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace sambung::serving
