#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "provider/wires/openai_wire.hpp"
#include "provider/wires/vendor_error.hpp"

namespace sambung {

namespace json = boost::json;

std::string encode_openai_embedding_request(embedding_request const& request) {
  std::string out;
  std::vector<std::string_view> written;
  object_writer object(out, &written);
  object.text("model", request.model);
  object.value("input", json::value(json::array(request.texts.begin(), request.texts.end())));
  object.text("encoding_format", "float");
  if (request.dimensions) object.integer("dimensions", *request.dimensions);
  object.rest(request.extra);
  object.end();
  return out;
}

result<embedding_batch> decode_openai_embeddings(std::string_view body, std::size_t texts, std::string_view secret) {
  auto const parsed = wire::parse_answer(body, secret);
  if (!parsed) return parsed.error();
  auto const* object = parsed->if_object();
  auto const* list = object ? wire::array_at(*object, "data") : nullptr;
  if (!list) return not_an_answer("the provider's answer has no embeddings in it", body, secret);
  embedding_batch batch;
  batch.model = without_nul(wire::text_at(*object, "model"));
  batch.vectors.resize(texts);
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto const* entry = (*list)[i].if_object();
    auto const* numbers = entry ? wire::array_at(*entry, "embedding") : nullptr;
    auto const place = entry ? wire::integer_at(*entry, "index").value_or(static_cast<std::int64_t>(i)) : -1;
    if (numbers && place >= 0 && static_cast<std::size_t>(place) < texts)
      batch.vectors[static_cast<std::size_t>(place)] = wire::vector_of(*numbers);
  }
  if (!wire::complete(batch, texts))
    return not_an_answer("the provider's embeddings are not one per text", body, secret);
  if (auto const* usage = wire::object_at(*object, "usage")) {
    batch.usage = openai::usage_of(*usage);
    batch.raw_usage = json::serialize(*usage);
  }
  return batch;
}

}  // namespace sambung
