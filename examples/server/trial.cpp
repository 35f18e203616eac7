#include "trial.hpp"

#include <sambung/provider/capabilities.hpp>

#include <algorithm>

namespace command_line {
namespace {

using sambung::support;

// Ids are a vendor's text: what could end the quotes around it, or move a terminal's cursor, is not printed.
bool is_printable(std::string_view id) {
  return std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f && c != '\'' && c != '"' && c != '\\'; });
}

support chats(sambung::provider_registry const& providers, std::string const& id) {
  auto const found = providers.find_model(id);
  return found ? found->provider->capabilities(found->model).chat : support::no;
}

// The first that is known to chat, else one that may.
std::string model_to_try(sambung::provider_registry const& providers, std::vector<sambung::model_info> models) {
  std::erase_if(models, [](auto const& one) { return !is_printable(one.id); });
  for (auto const wanted : {support::yes, support::unknown})
    for (auto const& one : models)
      if (chats(providers, one.id) == wanted) return one.id;
  return {};
}

}  // namespace

std::string served_url(sambung::configuration const& config, std::uint16_t port) {
  bool const is_v6 = config.host.find(':') != config.host.npos;
  auto const host = is_v6 ? '[' + config.host + ']' : config.host;
  return (config.tls ? "https://" : "http://") + host + ':' + std::to_string(port);
}

sambung::task<std::string> command_to_try(sambung::engine& engine, sambung::configuration const& config,
                                          std::string url, std::string token) {
  auto const header = "-H \"Authorization: Bearer " + token + '"';
  auto const models = co_await sambung::as_result(engine.models().models());
  auto const model = models ? model_to_try(config.providers, *models) : std::string();
  if (model.empty()) co_return "curl " + url + "/v1/models " + header;
  co_return "curl -N " + url + "/v1/chat/completions -H 'Content-Type: application/json' " + header +
      " -d '{\"model\":\"" + model +
      "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Apa khabar?\"}]}'";
}

}  // namespace command_line
