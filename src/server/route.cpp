#include "server/route.hpp"

#include "carriers/better_auth/better_auth_carrier.hpp"
#include "carriers/durable_streams/durable_streams_carrier.hpp"
#include "carriers/openai/completions_carrier.hpp"
#include "carriers/rpc/orpc_wire.hpp"
#include "carriers/rpc/rpc_carrier.hpp"
#include "core/percent.hpp"

namespace sambung::serving {
namespace {

// Where a procedure's callers come from.
caller caller_of(procedure const& called) {
  return called.needs == permission::none ? caller::optional : caller::known;
}

}  // namespace

error_form const& form_of(std::string_view path) {
  if (path.starts_with("/v1/") || path == "/v1") return openai_server::errors();
  if (path.starts_with("/api/auth/") || path == "/api/auth") return better_auth::errors();
  return orpc::errors();
}

route find_route(procedure_registry const& procedures, std::string_view method, std::string_view path,
                 file_shelf const* files) {
  route to;
  to.form = &form_of(path);
  if (method == "OPTIONS") to.where = destination::preflight;
  else if (path == "/healthz") to.where = destination::alive;
  else if (path == "/readyz") to.where = destination::ready;
  else if (path == "/metrics") to.where = destination::metrics;
  else if (path == "/openapi.json") to.where = destination::openapi;
  else if (path == "/ws") to.where = destination::web_socket;
  else if (path == "/v1/chat/completions") to.where = destination::chat_completions;
  else if (path == "/v1/embeddings") to.where = destination::embeddings;
  else if (path == "/v1/models") to.where = destination::models;
  else if (path.substr(0, 11) == "/v1/models/") {
    auto id = percent_decode(path.substr(11));
    if (id && !id->empty()) to.where = destination::one_model;
    if (id) to.model = std::move(*id);
  } else if (path.substr(0, 5) == "/rpc/") {
    auto const name = orpc::decode_path(path.substr(4));
    to.called = name ? procedures.find(*name) : nullptr;
    if (to.called) to.where = destination::procedure_call;
  } else if (path.starts_with("/api/auth/")) {
    to.endpoint = better_auth::find_endpoint(path.substr(9));
    to.called = to.endpoint ? procedures.find(to.endpoint->like) : nullptr;
    if (to.called) to.where = destination::better_auth;
  } else if (path.starts_with("/streams/turns/")) {
    auto const id = durable_streams::decode_path(path.substr(15));
    to.called = id ? procedures.find("message.resume") : nullptr;
    if (to.called) to.where = destination::turn_stream;
    if (id) to.answer = *id;
  } else if (files) {
    to.file = files->find(path);
    if (to.file) to.where = destination::page;
  }
  if (to.where == destination::web_socket) to.by = caller::optional;
  if (to.called) {
    to.by = caller_of(*to.called);
    to.as = to.called->as;
  } else if (to.form == &openai_server::errors()) {
    to.by = caller::known;
    bool const asks_model = to.where == destination::chat_completions || to.where == destination::embeddings;
    to.as = asks_model ? request_class::model : request_class::read;
  }
  return to;
}

bool ends_with_its_client(destination where) {
  return where == destination::chat_completions || where == destination::embeddings ||
         where == destination::turn_stream;
}

bool has_method(route const& to, std::string_view method) {
  if (to.where == destination::web_socket) return method == "GET";
  if (method == "HEAD") method = "GET";  // RFC 9110, 9.3.2: the same without its body
  switch (to.where) {
    case destination::alive:
    case destination::ready:
    case destination::metrics:
    case destination::models:
    case destination::one_model:
    case destination::turn_stream:
    case destination::page:
    case destination::openapi:
      return method == "GET";
    case destination::chat_completions:
    case destination::embeddings:
      return method == "POST";
    case destination::procedure_call:
      return method == "POST" || (method == "GET" && to.called->as == request_class::read);
    case destination::better_auth:
      return method == to.endpoint->method;
    case destination::web_socket:
    case destination::preflight:
    case destination::nowhere:
      break;
  }
  return true;
}

std::string methods_of(route const& to) {
  std::string all;
  for (std::string_view const one : {"GET", "HEAD", "POST"})
    if (has_method(to, one)) (all += all.empty() ? "" : ", ") += one;
  return all;
}

}  // namespace sambung::serving
