#include "server/handshake.hpp"

#include "carriers/rpc/orpc_peer.hpp"

#include <sambung/core/error.hpp>

#include <openssl/evp.h>
#include <openssl/sha.h>

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

// What shows that the server has read the key: RFC 6455, 4.2.2, 5.4.
std::string accept_of(std::string_view key) {
  std::string const text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  if (!SHA1(reinterpret_cast<unsigned char const*>(text.data()), text.size(), digest.data()))
    throw error(errc::internal, "SHA-1 failed");
  std::array<unsigned char, (SHA_DIGEST_LENGTH + 2) / 3 * 4 + 1> base64;
  auto const size = EVP_EncodeBlock(base64.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<char const*>(base64.data()), static_cast<std::size_t>(size)};
}

}  // namespace

std::string handshake_answer(request_head const& opened, std::string_view request_id) {
  std::string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  answer.append("Sec-WebSocket-Accept: ").append(accept_of(opened.value("sec-websocket-key")));
  answer.append("\r\nServer: Sambung\r\nX-Request-Id: ").append(request_id);
  return answer += "\r\n\r\n";
}

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
