#include "carriers/rpc/rpc_carrier.hpp"
#include "core/caught.hpp"
#include "http/server/cancellation.hpp"
#include "server/web_socket.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/container/small_vector.hpp>

namespace sambung::serving {
namespace {

// What one stream encodes before others have their turn: see open_stream.
constexpr std::size_t events_at_once = 16'384;

}  // namespace

void web_socket::begin_events(peer_call& call) {
  call.meter.emplace(core_->measured.opened(call.current.admitted.to, "ws"));
  call.source = call.current.begin_stream();
  call.source->notify(pulling_.told(weak_from_this(), stream_->get_executor()));
  std::string opening;
  orpc::append_peer_iterator(opening);
  calls_.begin_stream(call.id(), opening);
  call.streaming = true;
  // What was taken away since it was asked who calls is asked about again.
  if (call.current.admitted.revocations < callers_known_at_) callers_known_at_ = call.current.admitted.revocations;
  wake();
}

// Until its end, or until its source rests.
task<void> web_socket::send_events(peer_call& call) {
  auto& source = *call.source;
  std::size_t at_once = 0;
  for (bool more = true; more && !call.aborted;) {
    std::string rest;
    std::exception_ptr thrown;
    try {
      bool const there = source.read_now(rest);
      if (!there && source.rests()) co_return;
      if (!there) more = co_await source.read(rest);
    } catch (...) {
      thrown = std::current_exception();
    }
    if (thrown) {
      more = false;
      co_await append_failure(call, std::move(thrown), rest);
    }
    at_once += rest.size();
    if (more) add_event(call, rest);
    else calls_.end(call.id(), rest), call.current.bytes_out += rest.size();
    wake();
    while (more && !call.aborted && calls_.full(call.id()) && !gone_) {
      co_await wait_for_change();
      at_once = 0;
    }
    if (more && at_once >= events_at_once) {
      at_once = 0;
      co_await boost::asio::post(boost::asio::use_awaitable);
    }
  }
  call.answered = true;
}

void web_socket::add_event(peer_call& call, std::string const& rest) {
  calls_.add(call.id(), rest);
  call.current.bytes_out += rest.size();
  call.meter->events().add();
}

// Who has told meanwhile that there is more was not listened to.
void web_socket::rest(call_ptr const& call) {
  call->resting = true;
  pull();
}

// However many sources have something: the socket looks at them together, once.
void web_socket::pull() {
  pulling_.begin();
  boost::container::small_vector<call_ptr, 4> const asked(running_.begin(), running_.end());
  for (auto const& call : asked)
    if (call->resting) pull(call);
  if (gone_ || flushing_ || !has_more()) return;
  flushing_ = true;
  flush();
}

// What is there of a source that rested: without a coroutine, unless there is more than goes at once.
void web_socket::pull(call_ptr const& call) {
  if (add_what_is_there(*call)) return;
  call->resting = false;
  auto going_on = send_events(*call);
  run(call, std::move(going_on));
}

// True: the source rests again. A failure is met, and told, by the coroutine that goes on.
bool web_socket::add_what_is_there(peer_call& call) {
  auto& source = *call.source;
  std::string rest;
  for (std::size_t at_once = 0; at_once < events_at_once && !calls_.full(call.id()); at_once += rest.size()) {
    rest.clear();
    try {
      if (!source.read_now(rest)) return source.rests();
    } catch (...) {
      return false;
    }
    add_event(call, rest);
  }
  return false;
}

// Appends what is behind the id of the last frame of a stream that failed.
task<void> web_socket::append_failure(peer_call& call, std::exception_ptr thrown, std::string& out) {
  bool const left = co_await client_has_left();
  if (left) std::rethrow_exception(thrown);
  auto const why = caught(thrown);
  call.source->append_failure(out, shortened(why));
  note_failure(call.current.outcome(), why);
  core_->door.tell_observer(call.current.admitted, why, call.current.id);
}

}  // namespace sambung::serving
