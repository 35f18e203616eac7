#include "server/route_name.hpp"

#include "core/enum_name.hpp"

#include <algorithm>
#include <array>

namespace sambung::serving {
namespace {

constexpr std::array<std::string_view, 7> known_methods{"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"};

std::string procedure_route(procedure const& called) {
  auto path = "/rpc/" + called.name;
  std::ranges::replace(path, '.', '/');
  return path;
}

}  // namespace

std::string route_name(route const& to) {
  switch (to.where) {
    case destination::nowhere:
    case destination::preflight:
      return "none";
    case destination::alive:
      return "/healthz";
    case destination::ready:
      return "/readyz";
    case destination::metrics:
      return "/metrics";
    case destination::procedure_call:
      return procedure_route(*to.called);
    case destination::better_auth:
      return "/api/auth" + std::string(to.endpoint->path);
    case destination::chat_completions:
      return "/v1/chat/completions";
    case destination::embeddings:
      return "/v1/embeddings";
    case destination::models:
      return "/v1/models";
    case destination::one_model:
      return "/v1/models/{model}";
    case destination::turn_stream:
      return "/streams/turns/{messageId}";
    case destination::web_socket:
      return "/ws";
    case destination::openapi:
      return "/openapi.json";
    case destination::page:
      return "page";
  }
  return name_of(to.where);
}

std::string_view method_name(std::string_view method) {
  auto const* known = std::ranges::find(known_methods, method);
  return known == known_methods.end() ? "other" : *known;
}

}  // namespace sambung::serving
