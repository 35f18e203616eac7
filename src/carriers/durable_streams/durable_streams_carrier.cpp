#include "carriers/durable_streams/durable_streams_carrier.hpp"

#include "carriers/durable_streams/stream_request.hpp"
#include "carriers/durable_streams/turn_reader.hpp"
#include "http/server/entity_tag.hpp"

#include <functional>
#include <memory>

namespace sambung::durable_streams {
namespace {

using serving::http_response;
using std::chrono::steady_clock;

// What one answer has at most, and the event that passes it.
constexpr std::size_t max_answer_bytes = 1'048'576;
// What one server-sent event has, likewise.
constexpr std::size_t max_batch_bytes = 16'384;

// No page of another origin may embed what this says.
constexpr std::string_view resource_policy = "Cross-Origin-Resource-Policy: same-origin\r\n";

// The rest of a replay, which may be long, behind its beginning: one JSON array.
class replay_source final : public serving::body_source {
 public:
  replay_source(turn_reader from, std::string begun) : from_(std::move(from)), begun_(std::move(begun)) {}

  std::string_view opening() const override { return begun_; }
  std::string_view keep_alive() const override { return " "; }
  std::chrono::milliseconds keep_alive_interval() const override { return stream_times().keep_alive; }
  // An array without an end tells the client that there was more.
  void append_failure(std::string&, failure const&) override {}

  task<bool> read(std::string& out) override {
    std::string message;
    co_await from_.read_on(message);
    if (!message.empty()) out.append(",").append(message);
    if (from_.closed()) out += ']';
    co_return !from_.closed();
  }

 private:
  turn_reader from_;
  std::string begun_;
};

// Events as they come. It ends with the turn, or between two events when its time is over.
class event_source final : public serving::body_source {
 public:
  event_source(turn_reader from, std::int64_t cursor, stream_times times)
      : from_(std::move(from)), cursor_(cursor), times_(times), until_(steady_clock::now() + times.connection) {}

  std::string_view opening() const override { return {}; }
  std::string_view keep_alive() const override { return durable_streams::keep_alive; }
  std::chrono::milliseconds keep_alive_interval() const override { return times_.keep_alive; }
  // The protocol has no event for it: the client comes back, and is told by the status.
  void append_failure(std::string&, failure const&) override {}

  task<bool> read(std::string& out) override {
    std::string messages;
    co_await from_.gather(messages, max_batch_bytes);
    if (messages.empty() && !from_.closed() && has_told_) {
      auto const left = std::chrono::ceil<std::chrono::milliseconds>(until_ - steady_clock::now());
      bool const came = left.count() > 0 && co_await from_.follow(messages, max_batch_bytes, left);
      if (!came) co_return false;
    }
    has_told_ = true;
    if (!messages.empty()) append_data(out, '[' + messages + ']');
    append_control(out, from_.position(), cursor_);
    bool const over = !from_.in_replay() && steady_clock::now() >= until_;
    co_return !from_.closed() && !over;
  }

 private:
  turn_reader from_;
  std::int64_t cursor_;
  stream_times times_;
  steady_clock::time_point until_;
  bool has_told_ = false;  // where its reader is
};

// A user's own message has no turn: for whoever looks for one it is not there.
task<turn> open_turn(stream_call const& call, std::int64_t after) {
  auto const chats = call.from->desk()->chats();
  auto opened = co_await as_result(chats.resume(call.answer, after));
  if (!opened && opened.error().code == errc::invalid_argument) throw error(errc::not_found, "not found");
  co_return std::move(opened).value();
}

task<turn_reader> open_reader(stream_call const& call, stream_request const& wanted) {
  auto read = co_await open_turn(call, wanted.after);
  auto const tail = co_await read.tail();
  if (wanted.from_tail) {
    auto at_tail = co_await open_turn(call, tail.last_event);
    co_return turn_reader(std::move(at_tail), tail);
  }
  // A reader of a turn that runs may be ahead of what this server knows of it, but nobody is behind an end.
  if (tail.ended && wanted.after > tail.last_event)
    throw error(failure(errc::invalid_argument, "the stream cannot be read so", {{"offset", "behind the end"}}));
  co_return turn_reader(std::move(read), tail);
}

std::int64_t cursor_for(stream_call const& call, stream_request const& wanted) {
  return next_cursor(call.now, wanted.cursor, std::hash<std::string_view>()(call.request_id));
}

// What the messages so far are as an answer; the rest of a replay, however long, comes behind them.
task<http_response> answer_with(turn_reader from, std::string messages, stream_position& at) {
  http_response response;
  at = from.position();
  if (from.in_replay()) {
    co_await from.look();
    at = from.end();
    response.stream = std::make_unique<replay_source>(std::move(from), '[' + messages);
  } else {
    response.body = '[' + messages + ']';
  }
  co_return response;
}

task<http_response> catch_up(stream_call const& call, stream_request const& wanted) {
  auto reader = co_await open_reader(call, wanted);
  std::string messages;
  co_await reader.gather(messages, max_answer_bytes);
  stream_position at;
  auto response = co_await answer_with(std::move(reader), std::move(messages), at);
  response.headers.append(resource_policy).append(position_headers(at, std::nullopt));
  if (wanted.from_tail) co_return response;
  auto const tag = etag_of(call.answer.value, wanted.after, at);
  response.headers.append("ETag: ").append(tag).append("\r\n");
  if (!serving::names_tag(call.head->value("if-none-match"), tag)) co_return response;
  response.status = 304;
  response.body.clear();
  response.stream.reset();
  co_return response;
}

task<http_response> long_poll(stream_call const& call, stream_request const& wanted) {
  auto reader = co_await open_reader(call, wanted);
  std::string messages;
  co_await reader.gather(messages, max_answer_bytes);
  if (messages.empty() && !reader.closed()) {
    bool const came = co_await reader.follow(messages, max_answer_bytes, call.times.long_poll);
    if (came && reader.in_replay()) co_await reader.gather(messages, max_answer_bytes);
  }
  bool const nothing = messages.empty();
  stream_position at;
  auto response = co_await answer_with(std::move(reader), std::move(messages), at);
  if (nothing) response = http_response(204);
  response.headers.append(resource_policy).append(position_headers(at, cursor_for(call, wanted)));
  co_return response;
}

task<http_response> events(stream_call const& call, stream_request const& wanted) {
  auto reader = co_await open_reader(call, wanted);
  http_response response;
  response.content_type = "text/event-stream";
  response.headers.append(resource_policy).append("Cache-Control: no-cache\r\n");
  response.stream = std::make_unique<event_source>(std::move(reader), cursor_for(call, wanted), call.times);
  co_return response;
}

// Where the stream ends now, and nothing of what is in it.
task<http_response> metadata(stream_call const& call) {
  auto const read = co_await open_turn(call, 0);
  auto const tail = co_await read.tail();
  stream_position at;
  at.next = tail.last_event;
  at.is_closed = tail.ended;
  http_response response;
  response.headers.append(resource_policy).append(position_headers(at, std::nullopt));
  co_return response;
}

}  // namespace

std::optional<message_id> decode_path(std::string_view rest) {
  auto const id = parse_uuid(rest);
  if (!id) return std::nullopt;
  return message_id{*id};
}

bool is_live(std::string_view query) {
  auto const wanted = decode_request(query);
  return wanted && wanted->live != live_mode::none;
}

task<http_response> answer(stream_call call) {
  authorize(*call.like, *call.from);
  if (call.head->method == "HEAD") co_return co_await metadata(call);
  auto const wanted = decode_request(call.head->query()).value();
  if (wanted.live == live_mode::none) co_return co_await catch_up(call, wanted);
  if (wanted.live == live_mode::long_poll) co_return co_await long_poll(call, wanted);
  co_return co_await events(call, wanted);
}

}  // namespace sambung::durable_streams
