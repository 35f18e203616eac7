#include "server/front_door.hpp"

#include "carriers/better_auth/better_auth_carrier.hpp"
#include "carriers/openai/completions_carrier.hpp"
#include "carriers/rpc/orpc_wire.hpp"
#include "core/percent.hpp"
#include "http/server/base_url.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;

bool is_cancellation(std::exception const& e) {
  auto const* fault = dynamic_cast<boost::system::system_error const*>(&e);
  return fault && fault->code() == boost::system::errc::operation_canceled;
}

// An event iterator of a procedure.
class rpc_source final : public body_source {
 public:
  rpc_source(std::unique_ptr<encoded_event_source> from, std::string request_id, std::chrono::milliseconds keep_alive)
      : from_(std::move(from)), request_id_(std::move(request_id)), keep_alive_(keep_alive) {}

  std::string_view opening() const override { return orpc::keep_alive; }
  std::string_view keep_alive() const override { return orpc::keep_alive; }
  std::chrono::milliseconds keep_alive_interval() const override { return keep_alive_; }

  void append_failure(std::string& out, failure const& why) override { orpc::append_error(out, why, request_id_); }

  task<bool> read(std::string& out) override {
    try {
      auto event = co_await from_->next();
      if (event) orpc::append_event(out, event->number, event->event);
      else orpc::append_done(out);
      co_return event.has_value();
    } catch (error const& e) {
      orpc::append_error(out, e.why(), request_id_);
    } catch (std::exception const& e) {
      if (is_cancellation(e)) throw;
      orpc::append_error(out, failure(), request_id_);
    }
    co_return false;
  }

 private:
  std::unique_ptr<encoded_event_source> from_;
  std::string request_id_;
  std::chrono::milliseconds keep_alive_;
};

// The name in "name:port", "[::1]:port" or "name"; what is no port stays part of the name.
std::string_view without_port(std::string_view host) {
  auto const colon = host.rfind(':');
  if (colon == host.npos || host.find(']', colon) != host.npos) return host;
  auto const port = host.substr(colon + 1);
  bool const digits = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? host.substr(0, colon) : host;
}

bool is_json(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return equals_ignoring_case(type, "application/json");
}

bool is_read(std::string_view method) { return method == "GET" || method == "HEAD"; }

// Where a procedure's callers come from.
caller caller_of(procedure const& called) {
  return called.needs == permission::none ? caller::optional : caller::known;
}

std::optional<base_url> base_url_of(server_options const& options) {
  if (options.url.empty()) return std::nullopt;
  auto url = parse_base_url(options.url);
  if (!url) throw error(errc::invalid_argument, "server_options::url is no base URL");
  return url;
}

std::vector<std::string> hosts_of(server_options const& options) {
  auto hosts = options.allowed_hosts;
  if (auto const url = base_url_of(options)) hosts.push_back(url->host);
  return hosts;
}

origin_policy origins_of(server_options const& options) {
  auto origins = options.allowed_origins;
  if (auto const url = base_url_of(options)) origins.push_back(url->origin);
  return origin_policy(std::move(origins));
}

bool is_https(server_options const& options) {
  auto const url = base_url_of(options);
  return options.tls || (url && url->https);
}

}  // namespace

bool is_allowed_host(std::string_view host, std::vector<std::string> const& allowed) {
  auto const name = without_port(host);
  for (std::string_view loopback : {"localhost", "127.0.0.1", "[::1]"})
    if (equals_ignoring_case(name, loopback)) return true;
  return std::any_of(allowed.begin(), allowed.end(), [&](std::string const& one) {
    return equals_ignoring_case(host, one) || (without_port(one) == one && equals_ignoring_case(name, one));
  });
}

front_door::front_door(engine& served, procedure_registry const& procedures, server_options const& options)
    : engine_(served),
      procedures_(procedures),
      limits_(options.limits),
      clock_(options.clock),
      hosts_(hosts_of(options)),
      origins_(origins_of(options)),
      proxies_(trusted_proxies::make(options.trusted_proxies).value()),
      https_(serving::is_https(options)),
      foreign_cookies_count_(options.identify != nullptr),
      callers_(served, options) {}

route front_door::find_route(request_head const& head) const {
  auto const path = head.path();
  route to;
  to.form = carrier_of(path);
  if (head.method == "OPTIONS") to.where = destination::preflight;
  else if (path == "/healthz") to.where = destination::alive;
  else if (path == "/readyz") to.where = destination::ready;
  else if (path == "/v1/chat/completions") to.where = destination::chat_completions;
  else if (path == "/v1/embeddings") to.where = destination::embeddings;
  else if (path == "/v1/models") to.where = destination::models;
  else if (path.substr(0, 11) == "/v1/models/") {
    auto id = percent_decode(path.substr(11));
    if (id && !id->empty()) to.where = destination::one_model;
    if (id) to.model = std::move(*id);
  } else if (path.substr(0, 5) == "/rpc/") {
    auto const name = orpc::decode_path(path.substr(4));
    to.called = name ? procedures_.find(*name) : nullptr;
    if (to.called) to.where = destination::procedure_call;
  } else if (path.starts_with("/api/auth/")) {
    to.endpoint = better_auth::find_endpoint(path.substr(9));
    to.called = to.endpoint ? procedures_.find(to.endpoint->like) : nullptr;
    if (to.called) to.where = destination::better_auth;
  }
  if (to.called) {
    to.by = caller_of(*to.called);
    to.as = to.called->as;
  } else if (to.form == carrier::openai) {
    to.by = caller::known;
    bool const asks_model = to.where == destination::chat_completions || to.where == destination::embeddings;
    to.as = asks_model ? request_class::model : request_class::read;
  }
  return to;
}

bool front_door::method_allowed(route const& to, std::string_view method) const {
  switch (to.where) {
    case destination::alive:
    case destination::ready:
      return is_read(method);
    case destination::models:
    case destination::one_model:
      return method == "GET";
    case destination::chat_completions:
    case destination::embeddings:
      return method == "POST";
    case destination::procedure_call:
      return method == "POST" || (method == "GET" && to.called->as == request_class::read);
    case destination::better_auth:
      return method == to.endpoint->method;
    case destination::preflight:
    case destination::nowhere:
      break;
  }
  return true;
}

std::string_view front_door::methods_of(route const& to) const {
  if (to.endpoint) return to.endpoint->method;
  if (method_allowed(to, "POST")) return method_allowed(to, "GET") ? "GET, POST" : "POST";
  return method_allowed(to, "HEAD") ? "GET, HEAD" : "GET";
}

// What another site may have sent is refused before anybody asks who is signed in.
std::optional<http_response> front_door::refuse_origin(request_head const& head, admission& out,
                                                       std::string_view request_id) const {
  auto const over = transport_of(out.client);
  auto const verdict = origins_.judge(head, over);
  out.cors = cors_headers(verdict, head.value("origin"));
  if (verdict == origin_verdict::foreign)
    return protocol_error(out.to.form, 403, "this origin may not call", request_id);
  bool const with_cookie = foreign_cookies_count_ ? !head.value("cookie").empty() : has_session_cookie(head, over);
  if (with_cookie && may_be_forged(head, verdict)) {
    constexpr std::string_view why = "a call by cookie must say its origin";
    auto refused = protocol_error(out.to.form, 403, why, request_id);
    if (out.to.form == carrier::auth) refused.body = better_auth::encode_error("MISSING_OR_NULL_ORIGIN", why);
    return refused;
  }
  return std::nullopt;
}

// The refusals that need no look-up, in the order of the pipeline.
std::optional<http_response> front_door::refuse(request_head const& head, admission& out,
                                                std::string_view request_id) const {
  auto const form = out.to.form;
  if (!is_allowed_host(head.value("host"), hosts_))
    return protocol_error(form, 421, "this host is not served here", request_id);
  if (auto refused = refuse_origin(head, out, request_id)) return refused;
  if (out.to.where == destination::preflight) {
    http_response response(204);
    response.headers = head.value("origin").empty() ? std::string_view("Allow: GET, POST\r\n") : preflight_headers();
    return response;
  }
  if (out.to.where == destination::nowhere) return protocol_error(form, 404, "no such path", request_id);
  if (!method_allowed(out.to, head.method)) {
    auto response = protocol_error(form, 405, "this method is not served here", request_id);
    response.headers = "Allow: " + std::string(methods_of(out.to)) + "\r\n";
    return response;
  }
  if (draining_ && out.to.where != destination::alive) {
    auto response = protocol_error(form, 503, "the server is shutting down", request_id);
    response.headers = "Retry-After: 1\r\n";
    return response;
  }
  bool const has_body = head.chunked || head.content_length.value_or(0) > 0;
  if (has_body && !is_json(head.value("content-type")))
    return protocol_error(form, 415, "the body must be application/json", request_id);
  if (head.content_length.value_or(0) > limits_.max_body_bytes)
    return protocol_error(form, 413, "the body is too large", request_id);
  return std::nullopt;
}

admission front_door::admit(request_head const& head, connection_peer const& peer, std::string_view request_id) {
  admission out;
  out.to = find_route(head);
  out.client = proxies_.client_of(peer, head);
  out.client.https = out.client.https || https_;
  out.refusal = refuse(head, out, request_id);
  if (out.refusal) return out;
  try {
    callers_.begin(out, head);
  } catch (error const& e) {
    out.refusal = error_response(out.to.form, e.why(), request_id);
  } catch (std::exception const&) {
    out.refusal = error_response(out.to.form, failure(), request_id);
  }
  return out;
}

task<void> front_door::settle(admission& out, request_head const& head, std::string_view request_id) {
  try {
    while (!out.settled()) {
      co_await callers_.wait(out, head);
      callers_.proceed(out, head);
    }
  } catch (error const& e) {
    out.refusal = error_response(out.to.form, e.why(), request_id);
  } catch (std::exception const& e) {
    if (is_cancellation(e)) throw;
    out.refusal = error_response(out.to.form, failure(), request_id);
  }
}

// What the call changed of the browser's session, and the session again before its cookie grows too old.
void front_door::tell_session(admission const& admitted, request_head const& head, http_response& response) const {
  auto const over = transport_of(admitted.client);
  auto change = admitted.from.changed_session();
  auto const& cookie = admitted.presented.cookie;
  if (!change && cookie && admitted.from.renewed_session() && is_lasting_session(head, over))
    change.emplace(*cookie, true);
  if (!change) return;
  auto const& options = callers_.options();
  response.headers += session_cookie_header(*change, options.secrets, over, options.session_lifetime);
  response.headers += passing_cookie_header(*change, head, options.secrets, over);
}

task<http_response> front_door::answer(admission& admitted, request_head const& head, std::string_view body,
                                       std::string_view request_id) {
  http_response response;
  failure why;
  bool answered = false;
  // A client that goes away ends what is only for it, an answer of a model without a chat; never a step that is being
  // stored.
  if (admitted.to.where != destination::chat_completions && admitted.to.where != destination::embeddings)
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  try {
    response = co_await dispatch(admitted, head, body, request_id);
    tell_session(admitted, head, response);
    answered = true;
  } catch (error const& e) {
    why = e.why();
  } catch (std::exception const& e) {
    if (is_cancellation(e)) throw;
  }
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  if (answered) co_return response;
  co_return error_response(admitted.to.form, why, request_id);
}

task<http_response> front_door::dispatch(admission& admitted, request_head const& head, std::string_view body,
                                         std::string_view request_id) {
  auto const where = admitted.to.where;
  if (where == destination::alive) co_return http_response(200, R"({"status":"ok"})");
  if (where == destination::ready) co_return co_await ready();
  if (where == destination::procedure_call) co_return co_await call_procedure(admitted, head, body, request_id);
  if (where == destination::better_auth) {
    better_auth_call call(engine_, *admitted.to.endpoint, admitted.from, body, request_id);
    co_return co_await answer_better_auth(call);
  }
  auto const now = std::chrono::floor<std::chrono::seconds>(clock_->now()).time_since_epoch().count();
  completions_call call(*admitted.from.desk(), std::string(request_id), std::string(head.value("idempotency-key")), now,
                        limits_.openai_keep_alive);
  if (where == destination::chat_completions) co_return co_await chat_completions(std::move(call), body);
  if (where == destination::embeddings) co_return co_await embeddings(std::move(call), body);
  if (where == destination::models) co_return co_await list_models(std::move(call));
  auto id = admitted.to.model;
  co_return co_await show_model(std::move(call), std::move(id));
}

task<http_response> front_door::ready() {
  co_await engine_.check();
  co_return http_response(200, R"({"status":"ready"})");
}

task<http_response> front_door::call_procedure(admission& admitted, request_head const& head, std::string_view body,
                                               std::string_view request_id) {
  auto const& which = *admitted.to.called;
  auto input = head.method == "GET" ? orpc::decode_query(head.query()) : orpc::decode_input(body);
  procedure_input in(admitted.from, std::move(input).value());
  if (which.kind == procedure_kind::call) {
    auto const output = co_await procedures_.call(which, std::move(in));
    co_return http_response(200, orpc::encode_output(output));
  }
  if (auto const id = head.value("last-event-id"); !id.empty()) in.last_event = parse_event_number(id);
  auto events = co_await procedures_.open(which, std::move(in));
  http_response response;
  response.content_type = "text/event-stream";
  response.stream = std::make_unique<rpc_source>(std::move(events), std::string(request_id), limits_.rpc_keep_alive);
  co_return response;
}

}  // namespace sambung::serving
