// A request on its way through the front door.
#pragma once

#include "http/server/http_message.hpp"
#include "http/server/proxies.hpp"
#include "server/request_span.hpp"
#include "server/route.hpp"
#include "server/session_cookie.hpp"

#include <sambung/rpc/call_context.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::serving {

// What a request says about who sends it. A header counts more than a cookie, which browsers send by themselves.
struct presented_credential {
  std::string_view bearer;              // of Authorization
  std::optional<secret_string> cookie;  // the session's token, if one of our secrets signed it
  std::optional<tenant_id> wanted;      // of X-Tenant-ID; one that is none is the nil id, which is nobody's

  bool empty() const { return bearer.empty() && !cookie; }
  std::string_view token() const { return cookie ? cookie->view() : bearer; }
};

// A call while it is answered: who makes it, as far as that is known.
struct incoming_call {
  presented_credential presented;
  call_context from;
  std::string cors;  // header lines for every response to it
};

// What a request came by.
enum class carried_by { http, web_socket };

// How far a request has come.
enum class admission_step { address_limits, identity_due, user_limits, admitted, turned_away };

// A request whose head has passed, or is waiting to. `refusal` is the answer when it has not; its body then need not be
// read. A refused request counts against the limits of its address like any other.
struct admission {
  admission() = default;

  bool settled() const {
    return step >= admission_step::admitted || (refusal && step > admission_step::address_limits);
  }
  void refuse(std::optional<http_response> with) {
    if (with) refusal = std::make_unique<http_response>(std::move(*with));
  }
  void turn_away(http_response with) {
    refuse(std::move(with));
    step = admission_step::turned_away;
  }

  // Null: nobody has signed in. Valid as long as this and until rest().
  identity const* who() const {
    if (!call) return resting_.get();
    return call->from.self() ? &call->from.self()->who() : nullptr;
  }
  // Its answer takes long: of the call stays who makes it. What is presented views the head.
  void rest() {
    if (auto const* self = who(); self && call) resting_ = std::make_unique<identity const>(*self);
    call.reset();
  }

  std::unique_ptr<http_response> refusal;
  route to;
  client_facts client;
  carried_by by = carried_by::http;
  admission_step step = admission_step::address_limits;
  std::unique_ptr<incoming_call> call = std::make_unique<incoming_call>();  // null once it rests
  std::uint64_t revocations = 0;  // that were known before it was asked who calls
  request_span traced;

 private:
  std::unique_ptr<identity const> resting_;
};

// How a cookie may be sent to its client.
inline cookie_transport transport_of(client_facts const& client) {
  return client.https ? cookie_transport::secure : cookie_transport::plain;
}

}  // namespace sambung::serving
