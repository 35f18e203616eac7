#include "server/admin_routes.hpp"

#include "core/json_text.hpp"
#include "http/server/access_log.hpp"
#include "server/admin_status.hpp"
#include "server/metrics_response.hpp"
#include "server/server_core.hpp"

#include <sambung/version.hpp>

#include <openssl/crypto.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

namespace sambung::serving {
namespace {

struct admin_path {
  std::string_view path;
  std::string_view method;
};

constexpr std::array<admin_path, 6> admin_paths{{{"/metrics", "GET"},
                                                 {"/healthz", "GET"},
                                                 {"/readyz", "GET"},
                                                 {"/admin/status", "GET"},
                                                 {"/admin/drain", "POST"},
                                                 {"/admin/log-level", "POST"}}};

bool is_token(std::string_view authorization, std::string_view token) {
  constexpr std::string_view bearer = "Bearer ";
  if (!equals_ignoring_case(authorization.substr(0, bearer.size()), bearer)) return false;
  auto const presented = authorization.substr(bearer.size());
  return presented.size() == token.size() && CRYPTO_memcmp(presented.data(), token.data(), token.size()) == 0;
}

// A page elsewhere can send requests to this machine through the browser of somebody who is on it. Browsers say so, and
// what comes from the address bar is "none".
bool is_of_a_page(request_head const& head) {
  auto const site = head.value("sec-fetch-site");
  return !head.value("origin").empty() || (!site.empty() && site != "none");
}

// "debug" of {"level": "debug"}.
std::optional<std::string> level_in(std::string_view body) {
  boost::system::error_code fault;
  auto const read = boost::json::parse(boost::json::string_view(body.data(), body.size()), fault);
  if (fault || !read.is_object()) return std::nullopt;
  auto const* const level = read.as_object().if_contains("level");
  if (!level || !level->is_string() || read.as_object().size() != 1) return std::nullopt;
  return std::string(level->as_string());
}

}  // namespace

http_response admin_refusal(int status, std::string_view why) {
  http_response response(status);
  response.body = "{\"error\":";
  append_json_string(response.body, why);
  response.body += '}';
  return response;
}

admin_routes::admin_routes(server_core& core) : core_(core), started_(std::chrono::steady_clock::now()) { look(); }

void admin_routes::look() {
  if (auto const& measured = core_.measured.all()) recent_.look(*measured, core_.clock->now());
}

// A page that has bound a name of its own to this machine says that name.
std::optional<http_response> admin_routes::refuse(request_head const& head, std::string_view body) const {
  auto const token = core_.options.admin_token.view();
  if (is_of_a_page(head)) return admin_refusal(403, "a page may not ask this");
  if (token.empty() && !is_allowed_host(head.value("host"), {}))
    return admin_refusal(403, "this host is not served here");
  if (!token.empty() && !is_token(head.value("authorization"), token)) {
    auto response = admin_refusal(401, "send the operator's token: Authorization: Bearer ...");
    response.headers = "WWW-Authenticate: Bearer\r\n";
    return response;
  }
  auto const* const known = std::ranges::find(admin_paths, head.path(), &admin_path::path);
  if (known == admin_paths.end()) return admin_refusal(404, "no such path");
  if (head.method != known->method && !(head.method == "HEAD" && known->method == "GET")) {
    auto response = admin_refusal(405, "this method is not served here");
    response.headers = "Allow: " + std::string(known->method) + "\r\n";
    return response;
  }
  if (!body.empty() && !head.value("content-type").starts_with("application/json"))
    return admin_refusal(415, "the body must be application/json");
  return std::nullopt;
}

task<http_response> admin_routes::answer(request_head const& head, std::string_view body) {
  if (auto refused = refuse(head, body)) co_return std::move(*refused);
  auto const path = head.path();
  if (path == "/healthz") co_return http_response(200, R"({"status":"ok"})");
  if (path == "/readyz") co_return co_await ready();
  if (path == "/admin/status") co_return status();
  if (path == "/admin/drain") co_return drain();
  if (path == "/admin/log-level") co_return set_log_level(body);
  if (!core_.options.metrics_text) co_return admin_refusal(404, "nothing is measured");
  co_return metrics_response(core_.options.metrics_text());
}

task<http_response> admin_routes::ready() const {
  if (core_.draining()) co_return admin_refusal(503, "the server is shutting down");
  auto const found = co_await as_result(core_.served.check());
  if (!found) co_return admin_refusal(503, found.error().message);
  co_return http_response(200, R"({"status":"ready"})");
}

http_response admin_routes::status() {
  look();
  admin_facts facts;
  facts.version = library_version();
  facts.instance = core_.served.instance();
  auto const since = std::chrono::steady_clock::now() - started_;
  facts.uptime = std::chrono::duration_cast<std::chrono::seconds>(since);
  facts.connections = core_.count();
  facts.draining = core_.draining();
  facts.now = core_.clock->now();
  return http_response(200, encode_status(facts, core_.measured.all().get(), recent_));
}

http_response admin_routes::drain() const {
  if (!core_.options.drain) return admin_refusal(404, "this server is not ended from here");
  if (core_.logs()) core_.log(encode_event(core_.clock->now(), "admin_drain", "asked for by an operator", {}));
  core_.options.drain();
  return http_response(202, R"({"draining":true})");
}

http_response admin_routes::set_log_level(std::string_view body) const {
  if (!core_.options.set_log_level) return admin_refusal(404, "this server's log has no levels");
  auto const level = level_in(body);
  if (!level) return admin_refusal(400, R"(the body must be {"level": ...})");
  auto const set = core_.options.set_log_level(*level);
  if (!set) return admin_refusal(400, set.error().message);
  if (core_.logs()) core_.log(encode_event(core_.clock->now(), "admin_log_level", *level, {}));
  return http_response(200, R"({"level":")" + *level + "\"}");
}

}  // namespace sambung::serving
