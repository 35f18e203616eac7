// One WebSocket: calls of procedures by oRPC's peer protocol. Takes over from a connection whose request asked for it;
// each call goes through the front door as a request does.
#pragma once

#include "http/server/client_stream.hpp"
#include "server/handshake.hpp"
#include "server/held_connection.hpp"
#include "server/message_reader.hpp"
#include "server/peer_call.hpp"
#include "server/peer_calls.hpp"
#include "server/pulling.hpp"
#include "server/server_core.hpp"
#include "server/socket_clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sambung::serving {

// RFC 6455, 7.4.1, and what oRPC's clients do: they come back after every code but 1000.
enum class socket_close : std::uint16_t { unreadable = 1007, authority = 1008, restart = 1012, too_many = 1013 };

// One that is idle has a read under way and no coroutine: there are thousands of them.
// Thread safety: everything runs on the stream's executor but what held_connection says. Lifetime: what it waits for
// keeps it until it ends.
class web_socket final : public held_connection, public std::enable_shared_from_this<web_socket> {
 public:
  // `opened` has passed the front door as `admitted`.
  web_socket(std::shared_ptr<server_core> core, std::shared_ptr<client_stream> stream, request_head const& opened,
             admission const& admitted, std::string_view request_id);

  void start();

  void sweep(std::chrono::steady_clock::time_point now, std::uint64_t revocations, bool look_for_peer) override;
  void post_drain(std::chrono::steady_clock::time_point until) override;
  void post_drop() override;

 private:
  friend class pulling;  // calls pull()
  using call_ptr = std::shared_ptr<peer_call>;

  void take_place();
  bool take_place_of(user_id const& who);
  void end();
  task<void> finish();
  task<void> wait_for_change();

  // What is read.
  void read();
  void read_on();
  std::span<char> room();
  void take_in();
  bool take_next();
  void take_piece();
  void leave(std::uint16_t code);
  bool may_read() const;

  // Calls.
  void received(call_ptr call);
  void begin(call_ptr call, std::optional<http_response> refusal);
  void run(call_ptr const& call, task<void> what);
  task<void> serve(call_ptr call);
  task<void> send_answer(peer_call& call);
  void begin_events(peer_call& call);
  task<void> send_events(peer_call& call);
  task<void> append_failure(peer_call& call, std::exception_ptr thrown, std::string& out);
  void add_event(peer_call& call, std::string const& rest);
  void rest(call_ptr const& call);
  void pull();
  void pull(call_ptr const& call);
  bool add_what_is_there(peer_call& call);
  void ended(call_ptr const& call, bool well);
  void abort(std::string const& id);
  void cancel(call_ptr const& call);
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
  void cut_off(call_ptr const& call);
  std::vector<call_ptr> streams() const;
  void retire_if_done();
  void close(socket_close code, std::string_view reason);
  void drop();

  std::shared_ptr<server_core> core_;
  std::shared_ptr<client_stream> stream_;
  kept_handshake opened_;
  client_facts client_;
  bool introduced_ = false;  // the handshake said who opened it
  std::optional<user_id> user_;
  places<user_id>::place of_user_;
  places<std::string>::place of_address_;

  static constexpr std::size_t first_read = 256;
  message_reader messages_;
  std::array<char, first_read> first_;  // of what comes; more_ takes the rest of what is longer
  std::string more_;
  std::span<char> unread_;  // of what came
  call_ptr incoming_;       // of which not all has come
  bool reading_ = false;
  bool filled_ = false;  // the last read: there may be much more
  bool taking_ = false;
  bool leaving_ = false;  // a close was said or answered: nothing is read any more

  peer_calls calls_;
  std::vector<call_ptr> running_;
  socket_clock clock_;
  boost::asio::steady_timer changed_;  // cancelled: something was written, or a call has ended
  std::string control_;                // is written next: the answer to the handshake, pongs
  std::string out_;                    // being written
  std::uint64_t writes_ = 0;           // that are over
  std::string close_frame_;            // due once everything else was written
  pulling pulling_;
  bool ping_due_ = false;
  bool flushing_ = false;
  bool closing_ = false;
  bool closed_ = false;  // a close is among what is written: nothing may be behind it
  bool ending_ = false;
  bool gone_ = false;
  bool draining_ = false;
  bool retiring_ = false;
  bool asking_ = false;
  std::chrono::steady_clock::time_point asked_at_;
  std::atomic<std::uint64_t> callers_known_at_;  // the revocations that its callers have outlived
};

}  // namespace sambung::serving
