#include <sambung/provider/openai.hpp>

#include "provider/openai_wire.hpp"
#include "provider/vendor_error.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <deque>

namespace sambung {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t max_error_bytes = 65'536;
constexpr milliseconds error_body_timeout{10'000};
// How long usage and [DONE] may take behind the finish reason; the answer itself is there.
constexpr milliseconds ending_timeout{5'000};

failure take_too_long(char const* what, milliseconds limit) {
  return {errc::deadline_exceeded,
          std::string("the provider took longer than ") + std::to_string(limit.count()) + " ms " + what};
}

// The whole body; errc::provider_error over `max_bytes`.
task<result<std::string>> read_all(http_body& body, std::size_t max_bytes, steady::time_point deadline) {
  std::string all;
  for (;;) {
    auto const more = co_await body.read(deadline);
    if (!more) co_return more.error();
    if (more->empty()) co_return all;
    if (all.size() + more->size() > max_bytes)
      co_return failure(errc::provider_error,
                        "the provider's answer is larger than " + std::to_string(max_bytes) + " bytes");
    all += *more;
  }
}

// As much of an error's body as can be had.
task<std::string> read_error_body(http_body& body) {
  std::string all;
  auto const deadline = steady::now() + error_body_timeout;
  while (all.size() < max_error_bytes) {
    auto const more = co_await body.read(deadline);
    if (!more || more->empty()) break;
    all += more->substr(0, max_error_bytes - all.size());
  }
  co_return all;
}

bool is_success(int status) { return status >= 200 && status < 300; }

// A stream of server-sent events.
class sse_completion_stream final : public completion_stream {
 public:
  sse_completion_stream(http_response response, openai_options const& options, std::string model,
                        steady::time_point deadline)
      : body_(std::move(response.body)),
        request_id_(find_header(response.headers, "x-request-id")),
        decoder_(options.api_key, options.max_line_bytes),
        deadlines_(options.deadlines),
        requested_model_(std::move(model)),
        deadline_(deadline) {}

  std::string model() const override { return decoder_.model().empty() ? requested_model_ : decoder_.model(); }

  task<result<std::optional<completion_event>>> next() override {
    for (;;) {
      if (auto event = ready()) co_return event;
      if (decoder_.why()) {
        body_.reset();
        auto why = *decoder_.why();
        why.request_id = request_id_;
        co_return why;
      }
      if (decoder_.ended()) co_return std::optional<completion_event>();
      auto const bytes = co_await body_->read(read_deadline());
      if (!bytes) decoder_.end(explain(bytes.error()));
      else if (bytes->empty()) decoder_.end({errc::unavailable, "the provider's answer broke off: it has no end"});
      else decoder_.push(*bytes);
    }
  }

  std::optional<completion_event> ready() override {
    auto event = decoder_.next();
    if (event) {
      started_ = true;
      waiting_since_ = steady::time_point();
    }
    return event;
  }

 private:
  milliseconds limit() const { return started_ ? deadlines_.idle : deadlines_.first_token; }

  // Counted from when the reader began to wait after the last event, so that a slow reader costs the vendor nothing.
  steady::time_point read_deadline() {
    if (waiting_since_ == steady::time_point()) waiting_since_ = steady::now();
    auto const limited = decoder_.answered() ? std::min(limit(), ending_timeout) : limit();
    return std::min(waiting_since_ + limited, deadline_);
  }

  failure explain(failure why) const {
    if (why.code != errc::deadline_exceeded) return why;
    if (steady::now() >= deadline_) return take_too_long("for the whole answer", deadlines_.total);
    return started_ ? take_too_long("between two events", deadlines_.idle)
                    : take_too_long("to the first event", deadlines_.first_token);
  }

  std::unique_ptr<http_body> body_;
  std::string request_id_;
  openai_stream_decoder decoder_;
  provider_deadlines deadlines_;
  std::string requested_model_;
  steady::time_point deadline_;
  steady::time_point waiting_since_;  // the epoch while an event is being worked on
  bool started_ = false;
};

// The events of an answer that came in one piece.
class whole_answer_stream final : public completion_stream {
 public:
  explicit whole_answer_stream(completion const& answer) : model_(answer.model) {
    for (auto& event : events_of(answer)) events_.push_back(std::move(event));
  }

  std::string model() const override { return model_; }

  task<result<std::optional<completion_event>>> next() override { co_return ready(); }

  std::optional<completion_event> ready() override {
    if (events_.empty()) return std::nullopt;
    std::optional<completion_event> event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

 private:
  std::string model_;
  std::deque<completion_event> events_;
};

class openai_chat final : public provider {
 public:
  openai_chat(openai_options options, limit_name limit, std::shared_ptr<transport> transport,
              std::shared_ptr<clock> clock)
      : options_(std::move(options)), limit_(limit), transport_(std::move(transport)), clock_(std::move(clock)) {}

 private:
  task<result<completion>> do_complete(completion_request request) override {
    auto call = completion_call(request, answer_mode::whole);
    auto const deadline = call.deadline;
    auto response = co_await send(std::move(call));
    if (!response) co_return response.error();
    auto const body = co_await read_all(*response->body, max_answer_bytes, deadline);
    if (!body) co_return explained(body.error());
    auto answer = decode_openai_answer(*body, options_.api_key);
    if (answer && answer->model.empty()) answer->model = request.model;
    co_return identified(std::move(answer), response->headers);
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    auto call = completion_call(request, answer_mode::streamed);
    auto const deadline = call.deadline;
    auto response = co_await send(std::move(call));
    if (!response) co_return response.error();
    auto const type = find_header(response->headers, "content-type");
    if (type.starts_with("text/html") || type.starts_with("application/json"))
      co_return co_await whole_answer(std::move(*response), deadline);
    std::unique_ptr<completion_stream> stream =
        std::make_unique<sse_completion_stream>(std::move(*response), options_, std::move(request.model), deadline);
    co_return stream;
  }

  task<result<std::vector<model_info>>> do_models() override {
    auto call = new_call("GET", "/models");
    auto const deadline = call.deadline;
    call.header_timeout = options_.deadlines.headers;
    auto response = co_await send(std::move(call));
    if (!response) co_return response.error();
    auto const body = co_await read_all(*response->body, max_answer_bytes, deadline);
    if (!body) co_return explained(body.error());
    co_return identified(decode_openai_models(*body, options_.api_key), response->headers);
  }

  http_request new_call(char const* method, char const* path) const {
    http_request call(method, options_.base_url + path);
    if (!options_.api_key.empty()) call.headers.emplace_back("Authorization", "Bearer " + options_.api_key);
    for (auto const& header : options_.headers) call.headers.push_back(header);
    call.connect_timeout = options_.deadlines.connect;
    call.deadline = steady::now() + options_.deadlines.total;
    return call;
  }

  http_request completion_call(completion_request const& request, answer_mode mode) const {
    auto call = new_call("POST", "/chat/completions");
    bool const streamed = mode == answer_mode::streamed;
    call.headers.emplace_back("Content-Type", "application/json");
    call.headers.emplace_back("Accept", streamed ? "text/event-stream" : "application/json");
    call.header_timeout = streamed ? options_.deadlines.headers : options_.deadlines.total;
    call.body = encode_openai_request(request, mode, limit_);
    return call;
  }

  // A 2xx response, or what the vendor said instead.
  task<result<http_response>> send(http_request call) {
    auto response = co_await transport_->send(std::move(call));
    if (!response) co_return explained(response.error());
    if (is_success(response->status)) co_return response;
    auto const body = co_await read_error_body(*response->body);
    co_return vendor_failure(response->status, response->headers, body, options_.api_key, clock_->now());
  }

  // A server that does not stream although asked to, or has nothing but an error page.
  task<result<std::unique_ptr<completion_stream>>> whole_answer(http_response response, steady::time_point deadline) {
    auto const body = co_await read_all(*response.body, max_answer_bytes, deadline);
    if (!body) co_return explained(body.error());
    auto const answer = identified(decode_openai_answer(*body, options_.api_key), response.headers);
    if (!answer) co_return answer.error();
    std::unique_ptr<completion_stream> stream = std::make_unique<whole_answer_stream>(*answer);
    co_return stream;
  }

  failure explained(failure why) const {
    if (why.code == errc::deadline_exceeded && why.status == 0)
      return take_too_long("for the whole answer", options_.deadlines.total);
    return why;
  }

  template <class T>
  static result<T> identified(result<T> outcome, http_headers const& headers) {
    if (outcome) return outcome;
    auto why = outcome.error();
    why.request_id = find_header(headers, "x-request-id");
    return why;
  }

  openai_options options_;
  limit_name limit_;
  std::shared_ptr<transport> transport_;
  std::shared_ptr<clock> clock_;
};

bool sendable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

result<std::shared_ptr<provider>> openai_provider(openai_options options) {
  http_transport_options wire;
  wire.max_connections = options.max_connections;
  wire.ca_file = options.ca_file;
  auto made = http_transport(std::move(wire));
  if (!made) return made.error();
  return openai_provider(std::move(options), std::move(*made));
}

result<std::shared_ptr<provider>> openai_provider(openai_options options, std::shared_ptr<transport> transport,
                                                  std::shared_ptr<clock> clock) {
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  auto const url = boost::urls::parse_uri(options.base_url);
  using boost::urls::scheme;
  bool const usable = url && (url->scheme_id() == scheme::http || url->scheme_id() == scheme::https) &&
                      !url->host().empty() && !url->has_userinfo() && !url->has_query() && !url->has_fragment();
  if (!usable) return failure(errc::invalid_argument, "the provider's base URL must be like https://host/v1");
  if (!sendable(options.api_key))
    return failure(errc::invalid_argument, "the provider's key holds a line break or a NUL");
  auto const limit = url->host() == "api.openai.com" ? limit_name::max_completion_tokens : limit_name::max_tokens;
  std::shared_ptr<provider> made =
      std::make_shared<openai_chat>(std::move(options), limit, std::move(transport), std::move(clock));
  return made;
}

}  // namespace sambung
