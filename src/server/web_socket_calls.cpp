#include "carriers/rpc/rpc_carrier.hpp"
#include "server/web_socket.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

// An answer that is longer counts as held until it was taken.
constexpr std::size_t large_answer = 16'384;
// How often the callers of one socket are asked about, however much is taken away from others meanwhile.
constexpr std::chrono::milliseconds ask_interval{500};

bool is_no_authority(errc code) { return code == errc::unauthenticated || code == errc::permission_denied; }

}  // namespace

bool web_socket::crowded() const {
  return calls_.crowded() || running_.size() >= 2 * core_->options.limits.max_calls_per_socket;
}

void web_socket::received(call_ptr call) {
  auto const& frame = call->frame();
  if (frame.what == orpc::peer_frame::kind::ignored) return;
  if (frame.what == orpc::peer_frame::kind::unreadable)
    return close(socket_close::unreadable, "this is no frame of oRPC's peer protocol");
  if (frame.what == orpc::peer_frame::kind::abort) return abort(call->id());
  auto const entry = calls_.begin(call->id());
  if (entry == peer_calls::entry::open) return;
  auto& id = call->current.id;
  id = to_string(core_->ids.next());
  std::optional<http_response> refusal;
  if (entry == peer_calls::entry::too_many) {
    failure const why(errc::rate_limited, "too many calls are open on this socket");
    refusal = error_response(orpc::errors(), why, id);
  } else if (frame.fault) {
    refusal = protocol_error(orpc::errors(), frame.fault->status, frame.fault->why, id);
  }
  begin(std::move(call), std::move(refusal));
}

void web_socket::begin(call_ptr call, std::optional<http_response> refusal) {
  running_.push_back(call);
  call->current.admitted.refuse(std::move(refusal));
  auto serving = serve(call);
  run(call, std::move(serving));
}

// Until the call is over, or rests.
void web_socket::run(call_ptr const& call, task<void> what) {
  auto over = [self = shared_from_this(), call](std::exception_ptr const& thrown) {
    bool const rests = !thrown && call->streaming && !call->answered && !call->aborted;
    return rests ? self->rest(call) : self->ended(call, !thrown);
  };
  asio::co_spawn(stream_->get_executor(), std::move(what),
                 asio::bind_cancellation_slot(call->cancel.slot(), std::move(over)));
}

task<void> web_socket::serve(call_ptr call) {
  auto& current = call->current;
  current.admitted = core_->door.admit_call(call->head(), client_, std::move(current.admitted.refusal), current.id);
  if (!current.admitted.settled()) co_await core_->door.settle(current.admitted, call->head(), current.id);
  if (auto const* who = call->reader(); who && !user_ && !take_place_of(who->user())) co_return;
  if (current.admitted.refusal) current.response() = std::move(*current.admitted.refusal);
  else co_await current.answer(call->head(), call->body());
  current.answered();
  call->has_response = true;
  call->drop_message();
  if (!current.response().stream) co_return co_await send_answer(*call);
  if (call->aborted) co_return;
  begin_events(*call);
  co_await send_events(*call);
}

task<void> web_socket::send_answer(peer_call& call) {
  if (call.aborted) co_return;
  auto& response = call.current.response();
  std::string rest;
  orpc::append_peer_answer(rest, response.status, response.content());
  call.current.bytes_out = response.content().size();
  std::string().swap(response.body);
  calls_.answer(call.id(), rest);
  call.answered = true;
  wake();
  if (rest.size() < large_answer) co_return;
  std::string().swap(rest);
  while (!gone_ && calls_.answer_bytes() > 0) co_await wait_for_change();
  auto const write = writes_;
  while (!gone_ && !out_.empty() && writes_ == write) co_await wait_for_change();
}

// Of one that was aborted the id may be another's by now.
void web_socket::ended(call_ptr const& call, bool well) {
  if (!well && !call->answered && !call->aborted) calls_.abort(call->id());
  call->log();
  std::erase(running_, call);
  changed_.cancel();
  retire_if_done();
  read_on();
}

void web_socket::abort(std::string const& id) {
  auto const found = std::ranges::find_if(
      running_, [&](call_ptr const& one) { return one->id() == id && !one->answered && !one->aborted; });
  calls_.abort(id);
  if (found == running_.end()) return;
  auto const call = *found;
  call->aborted = true;
  cancel(call);
}

// One that rests has nobody to tell.
void web_socket::cancel(call_ptr const& call) {
  if (std::exchange(call->resting, false)) return ended(call, true);
  call->cancel.emit(asio::cancellation_type::terminal);
}

void web_socket::end_calls() {
  for (auto const& call : std::vector(running_)) {
    if (!call->answered && !std::exchange(call->aborted, true)) calls_.abort(call->id());
    cancel(call);
  }
}

std::vector<web_socket::call_ptr> web_socket::streams() const {
  std::vector<call_ptr> open;
  std::ranges::copy_if(running_, std::back_inserter(open),
                       [](call_ptr const& one) { return one->streaming && !one->answered && !one->aborted; });
  return open;
}

// Answers that are still due are waited for, streams are not.
void web_socket::retire_if_done() {
  if (!draining_) return;
  bool const done = running_.empty() || (retiring_ && streams().size() == running_.size());
  if (done) close(socket_close::restart, "the server restarts");
}

void web_socket::ask_about_callers() {
  auto const now = steady_clock::now();
  if (gone_ || closing_ || asking_ || now - asked_at_ < ask_interval) return;
  if (!introduced_ && streams().empty()) {
    callers_known_at_ = core_->door.revocations();
    return;
  }
  asking_ = true;
  asked_at_ = now;
  core_->check_in_turn(stream_->get_executor(), [weak = weak_from_this()]() -> std::optional<task<void>> {
    auto self = weak.lock();
    if (!self) return std::nullopt;
    return check_callers(std::move(self));
  });
}

// Storage that does not answer tells nothing: the next sweep asks again. So it does of a stream that began meanwhile.
task<void> web_socket::check_callers(std::shared_ptr<web_socket> self) {
  auto asked_at = self->core_->door.revocations();
  auto const lost = co_await self->has_lost_authority();
  if (lost && *lost) {
    for (auto const& call : self->streams()) self->cut_off(call);
    self->close(socket_close::authority, "the authority of this socket has ended");
  }
  auto const checked = co_await self->check_streams(asked_at);
  for (auto const& call : self->streams()) asked_at = std::min(asked_at, call->current.admitted.revocations);
  if (lost && checked) self->callers_known_at_ = asked_at;
  self->asking_ = false;
}

// Whoever opened it may have another role by now, which each call asks for itself.
task<result<bool>> web_socket::has_lost_authority() {
  if (!introduced_) co_return false;
  auto const head = opened_.head();
  auto const found = co_await as_result(core_->door.find_again(head, client_));
  if (found) co_return !found->has_value();
  if (is_no_authority(found.error().code)) co_return true;
  co_return found.error();
}

task<result<void>> web_socket::check_streams(std::uint64_t asked_at) {
  bool cut = false;
  for (auto const& call : streams()) {
    auto const* who = call->reader();
    if (!who) {
      call->current.admitted.revocations = asked_at;
      continue;
    }
    auto const valid = co_await as_result(core_->door.still_valid(*who));
    if (!valid) co_return valid.error();
    if (*valid) call->current.admitted.revocations = asked_at;
    if (*valid || call->answered || call->aborted) continue;
    cut_off(call);
    cut = true;
  }
  if (cut && !introduced_ && streams().empty())
    close(socket_close::authority, "the authority of this socket has ended");
  co_return result<void>();
}

void web_socket::cut_off(call_ptr const& call) {
  std::string rest;
  failure const why(errc::unauthenticated, "the authority of this call has ended");
  orpc::append_peer_error(rest, why, call->current.id);
  calls_.cut(call->id(), rest);
  call->answered = true;
  call->current.outcome().fault = to_string(errc::unauthenticated);
  call->log();
  call->aborted = true;
  cancel(call);
  wake();
}

}  // namespace sambung::serving
