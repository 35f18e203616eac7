#include "provider/wires/ollama_wire.hpp"

#include "core/json_writer.hpp"
#include "provider/wires/vendor_error.hpp"

#include <sambung/core/time.hpp>

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

// "user/model:tag" belongs to that user, everything else to the library.
std::string owner_of(std::string_view name) {
  auto const slash = name.rfind('/');
  return slash == name.npos ? "library" : std::string(name.substr(0, slash));
}

std::int64_t context_of(json::object const& model) {
  auto const* details = wire::object_at(model, "model_info");
  if (!details) return 0;
  auto const family = std::string(wire::text_at(*details, "general.architecture"));
  return wire::count_at(*details, family + ".context_length");
}

}  // namespace

result<completion> decode_ollama_answer(std::string_view body, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* line = parsed->if_object();
  if (!line || !wire::object_at(*line, "message"))
    return not_an_answer("the provider's answer has no message in it", body, secret);
  ollama_stream_decoder decoder(secret_string(std::string(secret)), 0);
  decoder.digest(*line);
  decoder.end(not_an_answer("the provider's answer is not done", body, secret));
  return collected(decoder);
}

result<std::vector<model_info>> decode_ollama_models(std::string_view body, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* list = object ? wire::array_at(*object, "models") : nullptr;
  if (!list) return not_an_answer("the provider's list of models has no models in it", body, secret);
  std::vector<model_info> models;
  for (auto const& each : *list) {
    auto const* entry = each.if_object();
    if (!entry) continue;
    auto name = without_nul(wire::text_at(*entry, "model"));
    if (name.empty()) name = without_nul(wire::text_at(*entry, "name"));
    if (name.empty()) continue;
    auto const modified = parse_iso8601(wire::text_at(*entry, "modified_at"));
    auto const seconds = modified ? std::chrono::floor<std::chrono::seconds>(*modified).time_since_epoch().count() : 0;
    auto owner = owner_of(name);
    models.push_back({std::move(name), std::move(owner), seconds});
  }
  return models;
}

std::string encode_ollama_show_request(std::string_view model) {
  std::string out;
  object_writer object(out);
  object.text("model", model);
  object.end();
  return out;
}

result<ollama_model> decode_ollama_model(std::string_view body, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  if (!object) return not_an_answer("the provider's answer describes no model", body, secret);
  ollama_model model;
  model.context_tokens = context_of(*object);
  if (auto const* list = wire::array_at(*object, "capabilities"))
    for (auto const& each : *list)
      if (auto const* name = each.if_string()) model.capabilities.push_back(without_nul(*name));
  return model;
}

std::string encode_ollama_embedding_request(embedding_request const& request) {
  std::string out;
  std::vector<std::string_view> written;
  object_writer object(out, &written);
  object.text("model", request.model);
  object.value("input", json::value(json::array(request.texts.begin(), request.texts.end())));
  if (request.dimensions) object.integer("dimensions", *request.dimensions);
  object.rest(request.extra);
  object.end();
  return out;
}

result<embedding_batch> decode_ollama_embeddings(std::string_view body, std::size_t texts, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* list = object ? wire::array_at(*object, "embeddings") : nullptr;
  if (!list) return not_an_answer("the provider's answer has no embeddings in it", body, secret);
  embedding_batch batch;
  batch.model = without_nul(wire::text_at(*object, "model"));
  for (auto const& each : *list)
    if (auto const* numbers = each.if_array()) batch.vectors.push_back(wire::vector_of(*numbers));
  if (!wire::complete(batch, texts))
    return not_an_answer("the provider's embeddings are not one per text", body, secret);
  if (auto const* count = object->if_contains("prompt_eval_count")) {
    batch.usage.emplace().input_tokens = wire::count_at(*object, "prompt_eval_count");
    json::object raw;
    raw["prompt_eval_count"] = *count;
    batch.raw_usage = json::serialize(raw);
  }
  return batch;
}

}  // namespace sambung
