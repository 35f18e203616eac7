// How the attacks of this folder call procedures: over every carrier, with inputs made from their descriptions.
#pragma once

#include "support/socket_client.hpp"
#include "world.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <atomic>

namespace sambung::security_tests {

// The ways a procedure can be called: over HTTP, and over a WebSocket.
enum class way { slashes, dots, query, socket };

inline std::vector<way> ways_to(procedure const& which) {
  std::vector<way> ways{way::slashes, way::dots, way::socket};
  if (which.as == request_class::read) ways.push_back(way::query);
  return ways;
}

inline std::string path_of(std::string name, way how) {
  if (how != way::dots) std::replace(name.begin(), name.end(), '.', '/');
  return "/rpc/" + name;
}

inline std::string percent_encoded(std::string_view text) {
  std::string out;
  char byte[4];
  for (unsigned char const c : text) {
    std::snprintf(byte, sizeof byte, "%%%02X", c);
    out += byte;
  }
  return out;
}

// Whether a stream does so by itself.
inline bool ends(procedure const& which) { return which.name != "event.follow"; }

// Of a stream that does not end by itself: up to its first event, over a connection of its own.
inline raw_response begin_of(std::uint16_t port, std::string const& request) {
  raw_client client(port);
  client.send(request);
  auto response = client.read_head();
  if (response.status != 200) return client.read_body(std::move(response));
  response.body = client.read_until("}\n\n");
  return response;
}

// The frames that a call is answered with, as a response over HTTP would be: of a stream all to its end, as
// far as it has one.
inline raw_response call_by_socket(test::socket_client& socket, procedure const& which, std::string const& json) {
  static std::atomic<int> calls = 0;
  auto const id = std::to_string(++calls);
  socket.call(id, path_of(which.name, way::slashes).substr(4), json);
  raw_response response;
  response.status = 200;
  while (true) {
    auto const text = socket.read_text();
    if (!text) throw std::runtime_error("the socket ended");
    auto const frame = boost::json::parse(*text).as_object();
    if (frame.at("i").as_string() != id) continue;
    auto const& payload = frame.at("p").as_object();
    if (payload.contains("b")) {
      response.status = test::socket_client::status_of(payload);
      response.body = text->substr(text->find("\"b\":") + 4, text->size() - text->find("\"b\":") - 6);
      break;
    }
    response.body += *text + '\n';
    if (payload.contains("e") && !ends(which)) break;
    if (payload.contains("e") && payload.at("e").as_string() != "message") break;
  }
  constexpr std::string_view member = R"("requestId":")";
  if (auto const at = response.body.find(member); at != response.body.npos)
    response.headers["x-request-id"] = response.body.substr(at + member.size(), 36);
  return response;
}

inline raw_response call(raw_client& client, procedure const& which, way how, boost::json::object const& input,
                         std::string const& headers) {
  if (how == way::socket) {
    test::socket_client socket(client.port(), headers);
    if (socket.status() == 101) return call_by_socket(socket, which, boost::json::serialize(input));
    raw_response refused;
    refused.status = socket.status();
    refused.body = socket.answer().body();
    return refused;
  }
  auto const body = R"({"json":)" + boost::json::serialize(input) + "}";
  auto const request =
      how == way::query
          ? raw_client::request("GET", path_of(which.name, how) + "?data=" + percent_encoded(body), {}, headers)
          : raw_client::request("POST", path_of(which.name, how), body, headers);
  if (!ends(which)) return begin_of(client.port(), request);
  client.send(request);
  return client.read_response();
}

// What a procedure's field of that name accepts; what is not here gets the plainest value of its type.
inline boost::json::value usual_value(std::string_view name) {
  static std::map<std::string_view, char const*> const texts{{"model", "test/scripted"},
                                                             {"email", "nobody@example.com"},
                                                             {"role", "member"},
                                                             {"owner", "user"},
                                                             {"state", "disabled"},
                                                             {"provider", "test"},
                                                             {"key", "sk-probe-00000"},
                                                             {"text", "hi"},
                                                             {"password", "wrong password"},
                                                             {"newPassword", "another password"},
                                                             {"currentPassword", "wrong password"},
                                                             {"subject", "user"},
                                                             {"period", "day"},
                                                             {"measure", "tokens"},
                                                             {"verdict", "deny"}};
  auto const found = texts.find(name);
  return found == texts.end() ? boost::json::value("x") : boost::json::value(found->second);
}

inline boost::json::value usual_structure(std::string_view name) {
  static std::map<std::string_view, char const*> const structures{
      {"messages", R"([{"role":"user","text":"x"}])"},
      {"content", R"({"messages":[{"role":"user","text":"x"}]})"},
      {"arms", R"([{"version":1}])"}};
  auto const found = structures.find(name);
  return boost::json::parse(found == structures.end() ? "[]" : found->second);
}

// Which of a citizen's own ids a procedure's field means.
inline std::string kind_of(procedure const& which, field const& f) {
  if (f.json_name == "chatId") return "chat";
  if (f.json_name == "messageId" || f.json_name == "leafId" || f.json_name == "headId") return "message";
  if (f.json_name == "userId" || f.json_name == "actorId") return "user";
  if (f.json_name == "folderId" || f.json_name == "parentId") return "folder";
  auto const group = which.name.substr(0, which.name.find('.'));
  if (group == "apiKey") return "key";
  if (group == "apiToken") return "token";
  if (group == "user") return "session";
  if (group == "grants") return "grant";
  return group;  // chat, tenant, invitation
}

inline boost::json::value plain_value(field const& f) {
  switch (f.type) {
    case column_type::integer:
      // A quota that the other attacks do not use up.
      if (f.json_name == "limit" && f.maximum > 1'000'000'000) return boost::json::value(1'000'000'000);
      return boost::json::value(std::max<std::int64_t>(f.minimum, 1));
    case column_type::real:
      return boost::json::value(0.5);
    case column_type::boolean:
      return boost::json::value(false);
    case column_type::json:
      return usual_structure(f.json_name);
    default:
      return usual_value(f.json_name);
  }
}

// An input in which everything that is demanded is there and every id is the caller's own.
inline boost::json::object own_input(procedure const& which, citizen const& caller) {
  boost::json::object input;
  for (auto const& f : which.input->fields) {
    if (f.type == column_type::uuid) {
      auto const own = caller.ids.find(kind_of(which, f));
      if (own != caller.ids.end()) input[f.json_name] = own->second;
      else if (f.required) input[f.json_name] = "0192e4a0-7b2c-7def-8123-456789abcdef";
    } else if (which.name == "chat.setup.update" && f.json_name == "revision") {
      input[f.json_name] = 0;
    } else if (f.json_name == "revision" && which.name.starts_with("chat.")) {
      input[f.json_name] = caller.chat_revision;
    } else if (which.name == "message.append" && f.json_name == "messages") {
      input[f.json_name] = boost::json::parse(R"([{"role":"user","parts":[{"type":"text","text":"x"}]}])");
    } else if (f.required || f.json_name == "text") {
      input[f.json_name] = plain_value(f);
    }
  }
  return input;
}

// A response without what differs from one to the next whatever was asked.
inline std::string essence(raw_response const& response) {
  auto text = std::to_string(response.status) + '\n' + response.body;
  auto const id = response.headers.find("x-request-id");
  if (id == response.headers.end()) return text;
  for (auto at = text.find(id->second); at != text.npos; at = text.find(id->second)) text.erase(at, id->second.size());
  return text;
}

}  // namespace sambung::security_tests
