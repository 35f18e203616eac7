#include <sambung/provider/openai.hpp>

#include "provider/openai_wire.hpp"
#include "provider/vendor_error.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
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

// In one allocation, so that no piece of it stays behind when it grows.
std::string bearer(secret_string const& key) {
  constexpr std::string_view scheme = "Bearer ";
  std::string text;
  text.reserve(scheme.size() + key.view().size());
  return text.append(scheme).append(key.view());
}

// Configured headers that say who calls: they do not go out beside somebody else's key.
bool names_caller(std::string_view header) {
  constexpr std::array<std::string_view, 7> names{
      "authorization", "api-key", "x-api-key", "x-goog-api-key", "openai-organization", "openai-project", "cookie"};
  auto const same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; };
  return std::ranges::any_of(names, [&](std::string_view name) { return std::ranges::equal(header, name, same); });
}

// "host" by TLS on the usual port, else "host:port".
std::string key_host_of(boost::urls::url_view const& url) {
  std::string host(url.host());
  std::ranges::transform(host, host.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
  bool const tls = url.scheme_id() == boost::urls::scheme::https;
  auto const port = url.has_port() && url.port_number() != 0 ? int(url.port_number()) : tls ? 443 : 80;
  if (tls && port == 443) return host;
  return host + ':' + std::to_string(port);
}

vendor_form form_of(completion_request const& request) {
  return request.verbatim ? vendor_form::kept : vendor_form::dropped;
}

bool is_success(int status) { return status >= 200 && status < 300; }

// A stream of server-sent events.
class sse_completion_stream final : public completion_stream {
 public:
  sse_completion_stream(http_response response, openai_options const& options, std::string model,
                        secret_string const& key, vendor_form form, steady::time_point deadline)
      : body_(std::move(response.body)),
        request_id_(request_id_of(response.headers, key.view())),
        decoder_(key, options.max_line_bytes, form),
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
  openai_chat(openai_options options, std::string key_host, limit_name limit, std::shared_ptr<transport> transport,
              std::shared_ptr<clock> clock)
      : options_(std::move(options)),
        configured_key_(std::move(options_.api_key)),
        key_host_(std::move(key_host)),
        limit_(limit),
        transport_(std::move(transport)),
        clock_(std::move(clock)) {
    wipe(options_.api_key);
  }

  std::string key_host() const override { return key_host_; }

 private:
  task<result<completion>> do_complete(completion_request request) override {
    auto call = completion_call(request, answer_mode::whole);
    auto const deadline = call.deadline;
    auto const& key = key_of(request);
    auto response = co_await send(std::move(call), key);
    if (!response) co_return response.error();
    auto const body = co_await read_all(*response->body, max_answer_bytes, deadline);
    if (!body) co_return explained(body.error());
    auto answer = decode_openai_answer(*body, key.view(), form_of(request));
    if (answer && answer->model.empty()) answer->model = request.model;
    co_return identified(std::move(answer), response->headers, key);
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    auto call = completion_call(request, answer_mode::streamed);
    auto const deadline = call.deadline;
    auto const& key = key_of(request);
    auto response = co_await send(std::move(call), key);
    if (!response) co_return response.error();
    auto const type = find_header(response->headers, "content-type");
    if (type.starts_with("text/html") || type.starts_with("application/json"))
      co_return co_await whole_answer(std::move(*response), key, deadline);
    std::unique_ptr<completion_stream> stream = std::make_unique<sse_completion_stream>(
        std::move(*response), options_, std::move(request.model), key, form_of(request), deadline);
    co_return stream;
  }

  task<result<std::vector<model_info>>> do_models() override {
    auto call = new_call("GET", "/models", configured_key_);
    call.headers.insert(call.headers.end(), options_.headers.begin(), options_.headers.end());
    auto const deadline = call.deadline;
    call.header_timeout = options_.deadlines.headers;
    auto response = co_await send(std::move(call), configured_key_);
    if (!response) co_return response.error();
    auto const body = co_await read_all(*response->body, max_answer_bytes, deadline);
    if (!body) co_return explained(body.error());
    co_return identified(decode_openai_models(*body, configured_key_.view()), response->headers, configured_key_);
  }

  // Lives as long as the request and this.
  secret_string const& key_of(completion_request const& request) const {
    return request.credential ? request.credential->key : configured_key_;
  }

  http_request new_call(char const* method, char const* path, secret_string const& key) const {
    http_request call(method, options_.base_url + path);
    if (!key.empty()) call.headers.emplace_back("Authorization", bearer(key));
    call.connect_timeout = options_.deadlines.connect;
    call.deadline = steady::now() + options_.deadlines.total;
    return call;
  }

  http_request completion_call(completion_request const& request, answer_mode mode) const {
    auto call = new_call("POST", "/chat/completions", key_of(request));
    for (auto const& header : options_.headers)
      if (!request.credential || !names_caller(header.first)) call.headers.push_back(header);
    bool const streamed = mode == answer_mode::streamed;
    call.headers.emplace_back("Content-Type", "application/json");
    call.headers.emplace_back("Accept", streamed ? "text/event-stream" : "application/json");
    call.header_timeout = streamed ? options_.deadlines.headers : options_.deadlines.total;
    call.body = encode_openai_request(request, mode, limit_);
    return call;
  }

  // A 2xx response, or what the vendor said instead.
  task<result<http_response>> send(http_request call, secret_string const& key) {
    auto response = co_await transport_->send(std::move(call));
    if (!response) co_return explained(response.error());
    if (is_success(response->status)) co_return response;
    auto const body = co_await read_error_body(*response->body);
    co_return vendor_failure(response->status, response->headers, body, key.view(), clock_->now());
  }

  // A server that does not stream although asked to, or has nothing but an error page.
  task<result<std::unique_ptr<completion_stream>>> whole_answer(http_response response, secret_string const& key,
                                                                steady::time_point deadline) {
    auto const body = co_await read_all(*response.body, max_answer_bytes, deadline);
    if (!body) co_return explained(body.error());
    auto const answer = identified(decode_openai_answer(*body, key.view()), response.headers, key);
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
  static result<T> identified(result<T> outcome, http_headers const& headers, secret_string const& key) {
    if (outcome) return outcome;
    auto why = outcome.error();
    why.request_id = request_id_of(headers, key.view());
    return why;
  }

  openai_options options_;  // without the key
  secret_string configured_key_;
  std::string key_host_;
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
  auto key_host = key_host_of(*url);
  std::shared_ptr<provider> made = std::make_shared<openai_chat>(std::move(options), std::move(key_host), limit,
                                                                 std::move(transport), std::move(clock));
  return made;
}

}  // namespace sambung
