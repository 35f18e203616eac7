// The front door: what every request goes through between the connection and the library, in one order: host, origin,
// CORS, route, limits by address, who calls and in which tenant, limits by user, body, dispatch, error mapping.
#pragma once

#include "carriers/rpc/rpc_carrier.hpp"
#include "server/admission.hpp"
#include "server/caller_check.hpp"
#include "server/file_shelf.hpp"
#include "server/openapi_page.hpp"
#include "server/origin_policy.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/rpc/registry.hpp>
#include <sambung/server/options.hpp>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

// Thread safety: safe to use from any thread. Lifetime: engine and registry outlive it.
class front_door {
 public:
  // `options` with a clock and a limiter. Throws error(errc::invalid_argument): see server.
  front_door(engine& served, procedure_registry const& procedures, server_options const& options);

  // All that the head decides, as far as that needs no wait. Throws nothing.
  admission admit(request_head const& head, connection_peer const& peer, std::string_view request_id);

  // The same for a call over a WebSocket, whose host and origin were looked at when it was opened; `refusal`: what is
  // wrong with it already.
  admission admit_call(request_head const& head, client_facts const& client, std::unique_ptr<http_response> refusal,
                       std::string_view request_id);

  // The rest, of an admission that is not settled. Throws nothing but what cancels it.
  task<void> settle(admission& out, request_head const& head, std::string_view request_id);

  // The answer of an admitted request. Throws nothing but what cancels it.
  task<http_response> answer(admission& admitted, request_head const& head, std::string_view body,
                             std::string_view request_id);

  // Of a stream that ended with it.
  void tell_observer(admission const& admitted, failure const& why, std::string_view request_id);
  // The answer to a request that cannot be read, which counts against the limits of its address like one that can. What
  // comes through a proxy and cannot be read is nobody's. Throws nothing but what cancels it.
  task<http_response> refuse_unread(head_fault const& why, connection_peer const& peer, std::string_view request_id);

  // For streams that stay open: see auth.
  std::uint64_t revocations() const { return callers_.revocations(); }
  task<bool> still_valid(identity who) { return callers_.still_valid(std::move(who)); }
  task<std::optional<identity>> find_again(request_head const& head, client_facts const& client) {
    return callers_.find_again(head, client);
  }

  // Whether it is a proxy, whose clients tell their addresses themselves.
  bool trusts(boost::asio::ip::address const& peer) const { return proxies_.contains(peer); }

  // Whether browsers reach this deployment by https, as far as is known without a request.
  bool is_https() const { return https_; }

  // The largest body of a request that goes there.
  std::size_t max_body_bytes(route const& to) const {
    return to.as == request_class::model ? limits_.max_model_body_bytes : limits_.max_body_bytes;
  }

  // From now on new requests get 503.
  void drain() { draining_ = true; }

 private:
  std::optional<http_response> refuse(request_head const& head, admission& out, std::string_view request_id) const;
  std::optional<http_response> refuse_place(request_head const& head, route const& to,
                                            std::string_view request_id) const;
  std::optional<http_response> refuse_origin(request_head const& head, admission& out,
                                             std::string_view request_id) const;

  task<http_response> dispatch(admission& admitted, request_head const& head, std::string_view body,
                               std::string_view request_id);
  task<http_response> ready();
  orpc::event_writing events_of(admission const& admitted) const;
  // The answer to what was thrown, of which the engine's observer is told what the caller is not.
  http_response failed(admission const& admitted, std::exception_ptr const& thrown, std::string_view request_id);
  void tell_session(admission const& admitted, request_head const& head, http_response& response) const;

  engine& engine_;
  procedure_registry const& procedures_;
  server_limits const limits_;
  std::function<std::string()> public_metrics_;  // none: operators alone read them
  std::shared_ptr<clock> clock_;
  std::shared_ptr<tracer> tracer_;
  std::shared_ptr<random_source> random_;
  std::vector<std::string> hosts_;
  origin_policy origins_;
  trusted_proxies proxies_;
  std::shared_ptr<file_shelf> files_;  // null: none are served
  openapi_page procedures_page_;
  bool https_ = false;
  bool foreign_cookies_count_ = false;  // somebody else than Sambung may know who signed in by them
  caller_check callers_;
  std::atomic<bool> draining_ = false;
};

// Whether `host` (a Host header: name and perhaps a port) is one of `allowed` or a loopback name.
bool is_allowed_host(std::string_view host, std::vector<std::string> const& allowed);

}  // namespace sambung::serving
