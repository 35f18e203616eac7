#include "server/exchange.hpp"

#include "carriers/durable_streams/durable_streams_carrier.hpp"
#include "server/route_name.hpp"
#include "server/server_core.hpp"

#include <algorithm>
#include <utility>

namespace sambung::serving {
namespace {

// Longer answers are counted among the bodies that are held.
constexpr std::size_t long_answer = 16'384;

// Whether its answer takes as long as what it follows.
bool asks_for_stream(route const& to, request_head const& head) {
  if (to.where == destination::turn_stream) return durable_streams::is_live(head.query());
  return to.where == destination::procedure_call && to.called->kind == procedure_kind::stream;
}

std::chrono::microseconds microseconds_from(std::chrono::steady_clock::time_point begun,
                                            std::chrono::steady_clock::time_point ended) {
  return std::chrono::duration_cast<std::chrono::microseconds>(ended - begun);
}

// What the server could not do stands out; what a client did wrong is its own.
log_level level_of(answer_outcome const& outcome) {
  if (outcome.status >= 500) return log_level::error;
  return outcome.status < 400 && !outcome.fault.empty() ? log_level::warn : log_level::info;
}

}  // namespace

exchange::exchange(server_core& core) : core_(core), held_(core.bodies) {}

task<void> exchange::answer(request_reader& reader) {
  co_await answer(reader.head(), reader.body());
  if (response().stream) reader.drop_body();
}

std::unique_ptr<body_source> exchange::begin_stream() {
  auto source = std::move(response_->stream);
  begun_ = std::move(*response_);
  response_.reset();
  admitted.rest();
  return source;
}

task<void> exchange::answer(request_head const& head, std::string_view body) {
  if (asks_for_stream(admitted.to, head) && !has_place()) co_return;
  response() = co_await core_.door.answer(admitted, head, body, id);
  if (response().stream) has_place();
  else demand_room();
}

// Among the streams that its user may read at once; without one that is the answer.
bool exchange::has_place() {
  auto const* who = admitted.who();
  if (!who || stream_) return true;
  stream_ = core_.streams.take(who->user());
  if (stream_) return true;
  response() = error_response(*admitted.to.form, failure(errc::rate_limited, "too many streams are open"), id);
  return false;
}

// A long answer takes of its user's share, and of what there is for all; what is shared takes nothing for one more. One
// that is larger than the share takes all of it: it goes when no other is on its way.
void exchange::demand_room() {
  auto const size = response().body.size();
  if (size < long_answer) return;
  auto const* who = admitted.who();
  if (who) of_user_ = core_.answer_bytes.take(who->user(), std::min(size, core_.answer_bytes.most()));
  if (who && !of_user_) {
    failure const why(errc::rate_limited, "too many of your answers are on their way");
    response() = error_response(*admitted.to.form, why, id);
  } else if (!held_.grow_to(size)) {
    response() = protocol_error(*admitted.to.form, 503, "too many answers are on their way", id);
  }
}

task<void> exchange::refuse(connection_steps const& steps, connection_peer const& peer) {
  auto const& why = steps.reader().fault();
  if (steps.has_head()) {
    response() = protocol_error(*admitted.to.form, why.status, why.why, id);
    co_return;
  }
  id = to_string(core_.ids.next());
  response() = co_await core_.door.refuse_unread(why, peer, id);
}

void exchange::append_head(std::string& out, connection_steps& steps) const {
  head_facts facts;
  facts.date = http_date(core_.clock->now());
  facts.request_id = id;
  facts.cors = admitted.call->cors;
  facts.https = admitted.client.https || core_.door.is_https();
  facts.chunked = steps.reader().head().version == http_version::http_1_1;
  if (response_->stream && !facts.chunked) steps.close_after();
  facts.keep_alive = steps.keep_alive();
  serving::append_head(out, *response_, facts);
}

void exchange::sent(connection_steps const& steps) {
  if (std::exchange(measured_, true)) return;
  auto const method = steps.has_head() ? steps.reader().head().method : std::string_view();
  core_.measured.answered(admitted.to, method, outcome().status, std::chrono::steady_clock::now() - steps.begun());
}

void exchange::log(connection_steps const& steps, connection_peer const& peer) {
  sent(steps);
  admitted.traced.answered(outcome());
  if (!core_.logs()) return;
  access_record record;
  auto const& head = steps.reader().head();
  auto const remote = (steps.has_head() ? admitted.client.address : peer.address).to_string();
  record.remote = remote;
  record.method = head.method;
  record.path = head.path();
  record.user_agent = head.value("user-agent");
  write_line(record, steps.begun());
}

void exchange::log_call(request_head const& head, std::chrono::steady_clock::time_point begun) {
  admitted.traced.answered(outcome());
  if (!core_.logs()) return;
  access_record record;
  auto const remote = admitted.client.address.to_string();
  record.remote = remote;
  record.method = "WS";
  record.path = head.path();
  record.user_agent = head.value("user-agent");
  write_line(record, begun);
}

void exchange::write_line(access_record record, std::chrono::steady_clock::time_point begun) const {
  auto const trace_id = admitted.traced.trace_id();
  auto const route = route_name(admitted.to);
  record.time = core_.clock->now();
  record.level = level_of(outcome());
  record.request_id = id;
  record.trace_id = trace_id;
  record.route = route;
  record.status = outcome().status;
  record.bytes = bytes_out;
  record.took = microseconds_from(begun, std::chrono::steady_clock::now());
  if (auto const* who = admitted.who()) record.who = *who;
  record.fault = outcome().fault;
  record.detail = outcome().detail;
  if (core_.logs(record.level)) core_.log(encode(record));
  if (!core_.logs(log_level::warn)) return;
  // A reader that takes its time is not waited for by anybody.
  record.took = microseconds_from(begun, answered_at_);
  core_.log_slow(record);
}

}  // namespace sambung::serving
