// One WebSocket: calls of procedures by oRPC's peer protocol. Takes over from a connection whose request asked for it;
// each call goes through the front door as a request does.
#pragma once

#include "http/server/client_stream.hpp"
#include "server/handshake.hpp"
#include "server/held_connection.hpp"
#include "server/peer_call.hpp"
#include "server/peer_calls.hpp"
#include "server/server_core.hpp"
#include "server/socket_clock.hpp"
#include "server/socket_layer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace sambung::serving {

// RFC 6455, 7.4.1, and what oRPC's clients do: they come back after every code but 1000.
enum class socket_close : std::uint16_t { unreadable = 1007, authority = 1008, restart = 1012, too_many = 1013 };

// Thread safety: everything runs on the stream's executor but what held_connection says. Lifetime: its own coroutines
// keep it until it ends.
class web_socket final : public held_connection, public std::enable_shared_from_this<web_socket> {
 public:
  // `opened` has passed the front door as `admitted`.
  web_socket(std::shared_ptr<server_core> core, std::shared_ptr<client_stream> stream, request_head const& opened,
             admission const& admitted, std::string request_id);

  void start();

  void sweep(std::chrono::steady_clock::time_point now, std::uint64_t revocations, bool look_for_peer) override;
  void post_drain(std::chrono::steady_clock::time_point until) override;
  void post_drop() override;

 private:
  using call_ptr = std::shared_ptr<peer_call>;
  using handshake_request = boost::beast::http::request<boost::beast::http::empty_body>;

  task<void> run();
  task<void> accept();
  void take_place();
  bool take_place_of(user_id const& who);
  task<void> read_all();
  task<call_ptr> read_message();
  task<bool> read_more(peer_call& call);
  task<void> finish();
  task<void> wait_for_change();

  // Calls.
  void received(call_ptr call);
  void begin(call_ptr call, std::optional<http_response> refusal);
  task<void> serve(call_ptr call);
  task<void> send_answer(peer_call& call);
  task<void> send_events(peer_call& call);
  task<void> append_failure(peer_call& call, std::exception_ptr thrown, std::string& out);
  void ended(call_ptr const& call, bool well);
  void abort(std::string const& id);
  void end_calls();
  bool crowded() const;

  // What is written.
  void wake();
  bool has_more();
  void flush();
  void gather();
  task<void> write_rest(std::size_t sent);
  void written();

  // When it ends.
  void look();
  void ask_about_callers();
  static task<void> check_callers(std::shared_ptr<web_socket> self);
  task<result<bool>> has_lost_authority();
  task<result<void>> check_streams(std::uint64_t asked_at);
  void cut_off(peer_call& call);
  std::vector<call_ptr> streams() const;
  void retire_if_done();
  void close(socket_close code, std::string_view reason);
  void drop();

  std::shared_ptr<server_core> core_;
  std::shared_ptr<client_stream> stream_;
  boost::beast::websocket::stream<socket_layer, false> socket_;
  kept_handshake opened_;
  client_facts client_;
  std::string request_id_;
  std::string key_;
  bool introduced_ = false;  // the handshake said who opened it
  std::optional<user_id> user_;
  places<user_id>::place of_user_;
  places<std::string>::place of_address_;

  peer_calls calls_;
  std::vector<call_ptr> running_;
  socket_clock clock_;
  boost::asio::steady_timer changed_;  // cancelled: something was written, or a call has ended
  std::string out_;                    // being written
  std::uint64_t writes_ = 0;           // that are over
  std::string close_frame_;            // due once everything else was written
  bool accepted_ = false;
  bool ping_due_ = false;
  bool flushing_ = false;
  bool closing_ = false;
  bool gone_ = false;
  bool draining_ = false;
  bool retiring_ = false;
  bool asking_ = false;
  std::chrono::steady_clock::time_point asked_at_;
  std::atomic<std::uint64_t> callers_known_at_;  // the revocations that its callers have outlived
};

}  // namespace sambung::serving
