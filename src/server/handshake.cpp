#include "server/handshake.hpp"

#include "carriers/rpc/orpc_peer.hpp"

#include <algorithm>
#include <array>

namespace sambung::serving {
namespace {

constexpr std::size_t key_size = 24;  // 16 bytes as base64

// Whether a list of tokens has one, as Connection and Upgrade are read.
bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    auto const end = std::min(list.find(','), list.size());
    auto item = list.substr(0, end);
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (equals_ignoring_case(item, token)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool is_of_the_handshake(std::string_view name) {
  return equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "upgrade") ||
         equals_ignoring_case(name.substr(0, 14), "sec-websocket-");
}

bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 4> ours{"authorization", "cookie", "x-tenant-id", "user-agent"};
  return std::ranges::any_of(ours, [&](std::string_view one) { return equals_ignoring_case(name, one); });
}

}  // namespace

std::optional<handshake_fault> upgrade_fault(request_head const& head) {
  bool const asks = has_token(head.value("upgrade"), "websocket") && has_token(head.value("connection"), "upgrade");
  if (!asks || head.version != http_version::http_1_1) return handshake_fault{426, "only a WebSocket is served here"};
  if (head.value("sec-websocket-version") != "13") return handshake_fault{426, "WebSockets are of version 13 here"};
  if (head.value("sec-websocket-key").size() != key_size) return handshake_fault{400, "the WebSocket's key is none"};
  if (head.chunked || head.content_length.value_or(0) > 0) return handshake_fault{400, "a handshake has no body"};
  return std::nullopt;
}

kept_handshake::kept_handshake(request_head const& head, kept_fields which) {
  for (auto const& field : head.fields)
    if (which == kept_fields::all ? !is_of_the_handshake(field.name) : is_ours(field.name))
      fields_.emplace_back(field.name, field.value);
}

request_head kept_handshake::head() const {
  request_head made;
  made.method = "GET";
  made.target = "/ws";
  made.fields.reserve(fields_.size());
  for (auto const& [name, value] : fields_) made.fields.push_back({name, value});
  return made;
}

request_head kept_handshake::head_of(orpc::peer_request const& call, std::string_view target) const {
  auto made = head();
  made.method = call.method;
  made.target = target;
  auto const forget = [&](std::string_view name) {
    std::erase_if(made.fields, [&](header_field const& one) { return equals_ignoring_case(one.name, name); });
  };
  auto const say = [&](std::string_view name, std::string const& value) {
    if (value.empty()) return;
    forget(name);
    made.fields.push_back({name, value});
  };
  forget("last-event-id");
  forget("traceparent");
  say("authorization", call.authorization);
  say("x-tenant-id", call.tenant);
  say("last-event-id", call.last_event);
  say("traceparent", call.traceparent);
  return made;
}

}  // namespace sambung::serving
