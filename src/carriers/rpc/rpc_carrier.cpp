#include "carriers/rpc/rpc_carrier.hpp"

#include "carriers/rpc/orpc_peer.hpp"
#include "carriers/rpc/orpc_wire.hpp"

#include <optional>
#include <utility>

namespace sambung::orpc {
namespace {

using serving::http_response;

class rpc_errors final : public serving::error_form {
 public:
  std::string encode(failure const& why, std::string_view request_id) const override {
    return encode_error(why, request_id);
  }
  std::string encode(serving::protocol_fault const& fault, std::string_view message,
                     std::string_view request_id) const override {
    return encode_error(fault.code, fault.status, message, request_id);
  }
};
constexpr rpc_errors form;

// How an event iterator is written: as server-sent events, or as what is behind the id of each frame of the peer
// protocol.
struct body_form {
  static constexpr std::string_view comment = orpc::keep_alive;
  static constexpr auto append_event = &orpc::append_event;
  static constexpr auto append_error = &orpc::append_error;
  static constexpr auto append_done = &orpc::append_done;
};
struct frame_form {
  static constexpr std::string_view comment{};
  static constexpr auto append_event = &orpc::append_peer_event;
  static constexpr auto append_error = &orpc::append_peer_error;
  static constexpr auto append_done = &orpc::append_peer_done;
};

// An event iterator of a procedure.
template <class Form>
class written_events final : public serving::body_source {
 public:
  written_events(std::unique_ptr<encoded_event_source> from, std::string_view request_id, event_writing as)
      : from_(std::move(from)), request_id_(request_id), keep_alive_(as.keep_alive), retry_(as.retry) {}

  std::string_view opening() const override { return Form::comment; }
  std::string_view keep_alive() const override { return Form::comment; }
  std::chrono::milliseconds keep_alive_interval() const override { return keep_alive_; }

  void append_failure(std::string& out, failure const& why) override {
    Form::append_error(out, serving::shortened(why), request_id_);
  }

  task<bool> read(std::string& out) override {
    auto const event = co_await from_->next();
    if (event) append(out, *event);
    else Form::append_done(out);
    co_return event.has_value();
  }

  void notify(std::function<void()> told) override { from_->notify(std::move(told)); }
  bool read_now(std::string& out) override {
    auto const event = from_->next_now();
    if (event) append(out, *event);
    return event.has_value();
  }
  bool rests() const override { return from_->rests(); }

 private:
  void append(std::string& out, numbered_event<encoded_value> const& event) {
    Form::append_event(out, event.number, event.event, std::exchange(retry_, std::nullopt));
  }

  std::unique_ptr<encoded_event_source> from_;
  std::string_view request_id_;
  std::chrono::milliseconds keep_alive_;
  std::optional<std::chrono::milliseconds> retry_;  // until it was said
};

std::unique_ptr<serving::body_source> written(std::unique_ptr<encoded_event_source> events, rpc_call const& call) {
  if (call.events.as == event_writing::form::frames)
    return std::make_unique<written_events<frame_form>>(std::move(events), call.request_id, call.events);
  return std::make_unique<written_events<body_form>>(std::move(events), call.request_id, call.events);
}

}  // namespace

serving::error_form const& errors() noexcept { return form; }

task<http_response> answer(rpc_call call) {
  auto input = call.head->method == "POST" ? decode_input(call.body) : decode_query(call.head->query());
  procedure_input in(*call.from, std::move(input).value());
  in.over = call.events.as == event_writing::form::frames ? procedure_carrier::ws : procedure_carrier::rpc;
  if (call.to->kind == procedure_kind::call) {
    auto const output = co_await call.procedures->call(*call.to, std::move(in));
    co_return http_response(200, encode_output(output));
  }
  if (auto const id = call.head->value("last-event-id"); !id.empty()) in.last_event = parse_event_number(id);
  auto events = co_await call.procedures->open(*call.to, std::move(in));
  http_response response;
  response.content_type = "text/event-stream";
  response.stream = written(std::move(events), call);
  co_return response;
}

}  // namespace sambung::orpc
