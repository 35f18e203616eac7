#include "provider/vendors/vendor_client.hpp"

#include "core/waitable.hpp"
#include "provider/vendors/decoded_stream.hpp"
#include "provider/wires/vendor_error.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t max_error_bytes = 65'536;
constexpr milliseconds error_body_timeout{10'000};

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
std::string key_text(std::string_view scheme, secret_string const& key) {
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

bool is_success(int status) { return status >= 200 && status < 300; }

bool sendable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

// Answers of these types are not streams: of a server that does not stream although asked to, or an error page.
bool is_whole(std::string_view content_type) {
  return content_type.starts_with("text/html") || content_type.starts_with("application/json");
}

}  // namespace

result<std::shared_ptr<transport>> transport_for(vendor_options const& options) {
  http_transport_options wire;
  wire.max_connections = options.max_connections;
  wire.ca_file = options.ca_file;
  return http_transport(std::move(wire));
}

result<vendor_client> vendor_client::make(vendor_options options, vendor_protocol protocol,
                                          std::shared_ptr<transport> transport, std::shared_ptr<clock> clock) {
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  auto const url = boost::urls::parse_uri(options.base_url);
  using boost::urls::scheme;
  bool const usable = url && (url->scheme_id() == scheme::http || url->scheme_id() == scheme::https) &&
                      !url->host().empty() && !url->has_userinfo() && !url->has_query() && !url->has_fragment();
  if (!usable) return failure(errc::invalid_argument, "the provider's base URL must be like https://host/v1");
  if (!sendable(options.api_key))
    return failure(errc::invalid_argument, "the provider's key holds a line break or a NUL");
  auto key_host = key_host_of(*url);
  return vendor_client(std::move(options), protocol, std::move(key_host), std::move(transport), std::move(clock));
}

vendor_client::vendor_client(vendor_options options, vendor_protocol protocol, std::string key_host,
                             std::shared_ptr<transport> transport, std::shared_ptr<clock> clock)
    : options_(std::move(options)),
      configured_key_(options_.api_key),
      protocol_(protocol),
      key_host_(std::move(key_host)),
      transport_(std::move(transport)),
      clock_(std::move(clock)) {
  wipe(options_.api_key);
}

task<result<vendor_answer>> vendor_client::fetch(vendor_call& call) const {
  auto request = request_for(call, answer_mode::whole);
  auto const deadline = request.deadline;
  auto response = co_await send(call, std::move(request));
  if (!response) co_return response.error();
  co_return co_await rest_of(std::move(*response), call, deadline);
}

task<result<completion>> vendor_client::complete(vendor_call call, std::string model, answer_decoder decode) const {
  auto const got = co_await fetch(call);
  if (!got) co_return got.error();
  auto answer = got->read(decode(got->body, key_of(call).view()));
  if (answer && answer->model.empty()) answer->model = std::move(model);
  if (answer) answer->warnings = std::move(call.left_out);
  co_return answer;
}

task<result<std::unique_ptr<completion_stream>>> vendor_client::open(vendor_call call, std::string model,
                                                                     std::unique_ptr<stream_decoder> decoder,
                                                                     answer_decoder whole) const {
  auto request = request_for(call, answer_mode::streamed);
  auto const deadline = request.deadline;
  auto response = co_await send(call, std::move(request));
  if (!response) co_return response.error();
  auto const key = key_of(call).view();
  std::unique_ptr<completion_stream> stream;
  if (is_whole(find_header(response->headers, "content-type"))) {
    auto const got = co_await rest_of(std::move(*response), call, deadline);
    if (!got) co_return got.error();
    auto answer = got->read(whole(got->body, key));
    if (!answer) co_return answer.error();
    if (answer->model.empty()) answer->model = std::move(model);
    answer->warnings = std::move(call.left_out);
    stream = std::make_unique<whole_answer_stream>(*answer);
  } else {
    auto request_id = request_id_of(response->headers, key);
    stream =
        std::make_unique<decoded_stream>(std::move(response->body), std::move(decoder), std::move(model),
                                         std::move(request_id), options_.deadlines, deadline, std::move(call.left_out));
  }
  co_return stream;
}

// A whole answer comes with its header, so it has all the time there is.
http_request vendor_client::request_for(vendor_call& call, answer_mode mode) const {
  http_request request(call.method, options_.base_url + call.path);
  auto const& key = key_of(call);
  bool const streamed = mode == answer_mode::streamed;
  bool const asks = std::string_view(call.method) == "GET";
  if (!key.empty()) request.headers.emplace_back(protocol_.key_header, key_text(protocol_.key_scheme, key));
  for (auto const& header : options_.headers)
    if (!call.credential || !names_caller(header.first)) request.headers.push_back(header);
  for (auto& header : call.headers) request.headers.push_back(std::move(header));
  if (!asks) request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("Accept", streamed ? protocol_.stream_type : "application/json");
  request.trace = call.trace;
  request.connect_timeout = waitable(options_.deadlines.connect);
  request.header_timeout = waitable(streamed || asks ? options_.deadlines.headers : options_.deadlines.total);
  request.deadline = steady::now() + waitable(options_.deadlines.total);
  if (call.body) request.body = std::move(*call.body);
  return request;
}

// A 2xx response, or what the vendor said instead.
task<result<http_response>> vendor_client::send(vendor_call const& call, http_request request) const {
  if (!call.body) co_return call.body.error();
  auto const& key = key_of(call);
  if (key.empty() && options_.key == key_need::required)
    co_return failure(errc::unauthenticated,
                      "there is no key for this provider: none was stored and none is configured");
  if (!key.empty() && options_.key == key_need::refused)
    co_return failure(errc::permission_denied,
                      "no key is sent to this provider: it would cross the network in the clear");
  auto const asked = request.method + ' ' + request.url;
  auto response = co_await transport_->send(std::move(request));
  if (!response) co_return explained(response.error());
  if (is_success(response->status)) co_return response;
  auto const body = co_await read_error_body(*response->body);
  auto why = vendor_failure(response->status, response->headers, body, key.view(), clock_->now());
  if (why.code == errc::not_found) why.sensitive.insert(0, asked + "\n");
  co_return why;
}

task<result<vendor_answer>> vendor_client::rest_of(http_response response, vendor_call const& call,
                                                   steady::time_point deadline) const {
  auto body = co_await read_all(*response.body, max_answer_bytes, deadline);
  if (!body) co_return explained(body.error());
  vendor_answer answer;
  answer.body = std::move(*body);
  answer.request_id = request_id_of(response.headers, key_of(call).view());
  co_return answer;
}

failure vendor_client::explained(failure why) const {
  if (why.code == errc::deadline_exceeded && why.status == 0)
    return took_too_long("for the whole answer", options_.deadlines.total);
  return why;
}

}  // namespace sambung
