#include "server/front_door.hpp"

#include "carriers/better_auth/better_auth_carrier.hpp"
#include "carriers/openai/completions_carrier.hpp"
#include "carriers/rpc/rpc_carrier.hpp"
#include "core/caught.hpp"
#include "core/enum_name.hpp"
#include "core/ip_network.hpp"
#include "http/server/base_url.hpp"
#include "http/server/cancellation.hpp"
#include "server/file_response.hpp"
#include "server/handshake.hpp"
#include "server/metrics_response.hpp"
#include "server/route_name.hpp"
#include "server/turn_streams.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>

namespace sambung::serving {
namespace {

namespace asio = boost::asio;

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

front_door::front_door(engine& served, procedure_registry const& procedures, server_options const& options)
    : engine_(served),
      procedures_(procedures),
      limits_(options.limits),
      public_metrics_(options.metrics_for == metrics_exposure::everybody ? options.metrics_text : nullptr),
      clock_(options.clock),
      tracer_(served.tracer()),
      random_(options.random),
      hosts_(hosts_of(options)),
      origins_(origins_of(options)),
      proxies_(trusted_proxies::make(options.trusted_proxies).value()),
      files_(options.static_files ? file_shelf::of(*options.static_files) : nullptr),
      https_(serving::is_https(options)),
      foreign_cookies_count_(options.identify != nullptr),
      callers_(served, options) {}

admission front_door::admit(request_head const& head, connection_peer const& peer, std::string_view request_id) {
  admission out;
  out.to = find_route(procedures_, head.method, head.path(), files_.get());
  if (out.to.where == destination::metrics && !public_metrics_) out.to.where = destination::nowhere;
  out.traced = request_span(tracer_.get(), head, route_name(out.to), request_id);
  out.client = proxies_.client_of(peer, head);
  out.client.https = out.client.https || https_;
  out.refuse(refuse(head, out, request_id));
  try {
    callers_.begin(out, head);
  } catch (...) {
    out.turn_away(failed(out, std::current_exception(), request_id));
  }
  return out;
}

admission front_door::admit_call(request_head const& head, client_facts const& client,
                                 std::unique_ptr<http_response> refusal, std::string_view request_id) {
  admission out;
  out.to = find_route(procedures_, "POST", head.path());
  out.traced = request_span(tracer_.get(), head, route_name(out.to), request_id);
  out.client = client;
  out.by = carried_by::web_socket;
  out.refusal = std::move(refusal);
  if (!out.refusal) out.refuse(refuse_place(head, out.to, request_id));
  try {
    callers_.begin(out, head);
  } catch (...) {
    out.turn_away(failed(out, std::current_exception(), request_id));
  }
  return out;
}

http_response front_door::failed(admission const& admitted, std::exception_ptr const& thrown,
                                 std::string_view request_id) {
  auto const why = caught(thrown);
  tell_observer(admitted, why, request_id);
  return error_response(*admitted.to.form, why, request_id);
}

// What a client can do something about is no failure of a procedure.
void front_door::tell_observer(admission const& admitted, failure const& why, std::string_view request_id) {
  if (why.code != errc::internal && why.code != errc::data_loss) return;
  auto const& to = admitted.to;
  failed_part what(engine_part::procedure, to.called ? to.called->name : name_of(to.where), why);
  what.request_id = request_id;
  if (auto const* who = admitted.who()) {
    what.user_id = who->user();
    if (auto const& place = who->place()) what.tenant_id = place->tenant;
  }
  engine_.observer().failed(what);
}

task<void> front_door::settle(admission& out, request_head const& head, std::string_view request_id) {
  std::exception_ptr thrown;
  try {
    while (!out.settled()) {
      co_await callers_.wait(out, head);
      callers_.proceed(out, head);
    }
  } catch (...) {
    thrown = std::current_exception();
  }
  if (!thrown) co_return;
  bool const left = co_await client_has_left();
  if (left) std::rethrow_exception(thrown);
  out.turn_away(failed(out, thrown, request_id));
}

task<http_response> front_door::refuse_unread(head_fault const& why, connection_peer const& peer,
                                              std::string_view request_id) {
  auto const& form = form_of({});
  if (!trusts(peer.address)) {
    auto const counted = co_await callers_.count_unread(unmapped(peer.address));
    if (!counted) co_return error_response(form, counted.error(), request_id);
  }
  co_return protocol_error(form, why.status, why.why, request_id);
}

// What the call changed of the browser's session, and the session again before its cookie grows too old.
void front_door::tell_session(admission const& admitted, request_head const& head, http_response& response) const {
  auto const over = transport_of(admitted.client);
  auto change = admitted.call->from.changed_session();
  auto const& cookie = admitted.call->presented.cookie;
  if (!change && cookie && admitted.call->from.renewed_session() && is_lasting_session(head, over))
    change.emplace(*cookie, true);
  if (!change) return;
  auto const& options = callers_.options();
  response.headers += session_cookie_header(*change, options.secrets, over, options.session_lifetime);
  response.headers += passing_cookie_header(*change, head, options.secrets, over);
  response.headers += device_cookie_header(*change, options.secrets, over);
}

task<http_response> front_door::answer(admission& admitted, request_head const& head, std::string_view body,
                                       std::string_view request_id) {
  http_response response;
  std::exception_ptr thrown;
  if (!ends_with_its_client(admitted.to.where))
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  try {
    response = co_await dispatch(admitted, head, body, request_id);
    tell_session(admitted, head, response);
  } catch (...) {
    thrown = std::current_exception();
  }
  bool const left = co_await client_has_left();
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  if (!thrown) co_return response;
  if (left) std::rethrow_exception(thrown);
  co_return failed(admitted, thrown, request_id);
}

task<http_response> front_door::dispatch(admission& admitted, request_head const& head, std::string_view body,
                                         std::string_view request_id) {
  auto const where = admitted.to.where;
  if (where == destination::alive) co_return http_response(200, R"({"status":"ok"})");
  if (where == destination::ready) co_return co_await ready();
  if (where == destination::metrics) co_return metrics_response(public_metrics_());
  if (where == destination::openapi) co_return procedures_page_.answer(procedures_, head);
  if (where == destination::page) co_return file_response(admitted.to.file, head, files_->security());
  if (where == destination::procedure_call) {
    orpc::rpc_call call(procedures_, *admitted.to.called, admitted.call->from, head, body, request_id,
                        events_of(admitted));
    co_return co_await orpc::answer(std::move(call));
  }
  if (where == destination::better_auth) {
    better_auth::better_auth_call call(engine_, *admitted.to.endpoint, admitted.call->from, body, request_id);
    co_return co_await better_auth::answer(call);
  }
  if (where == destination::turn_stream)
    co_return co_await read_turn(callers_, limits_, admitted, head, request_id, clock_->now());
  auto const now = std::chrono::floor<std::chrono::seconds>(clock_->now()).time_since_epoch().count();
  openai_server::completions_call call(
      *admitted.call->from.desk(), std::string(request_id), std::string(head.value("idempotency-key")),
      openai_server::policy_of(head.value("x-sambung-unsupported")), now, limits_.openai_keep_alive);
  if (where == destination::chat_completions) co_return co_await openai_server::chat_completions(std::move(call), body);
  if (where == destination::embeddings) co_return co_await openai_server::embeddings(std::move(call), body);
  if (where == destination::models) co_return co_await openai_server::list_models(std::move(call));
  auto id = admitted.to.model;
  co_return co_await openai_server::show_model(std::move(call), std::move(id));
}

// Whoever was cut off comes back after half a second to a second, not all at once.
orpc::event_writing front_door::events_of(admission const& admitted) const {
  std::array<std::byte, 2> any{};
  if (admitted.to.called->kind == procedure_kind::stream) random_->fill(any);
  auto const jitter = (std::to_integer<int>(any[0]) * 256 + std::to_integer<int>(any[1])) % 500;
  std::chrono::milliseconds const retry(500 + jitter);
  if (admitted.by == carried_by::http) return orpc::event_writing::as_body(retry, limits_.rpc_keep_alive);
  return orpc::event_writing::as_frames(retry);
}

task<http_response> front_door::ready() {
  co_await engine_.check();
  co_return http_response(200, R"({"status":"ready"})");
}

}  // namespace sambung::serving
