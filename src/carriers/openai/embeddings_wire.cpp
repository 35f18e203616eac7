#include "carriers/openai/embeddings_wire.hpp"

#include "core/data_url.hpp"
#include "core/json_text.hpp"

#include <sambung/core/json_codec.hpp>

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>

namespace sambung::openai_server {
namespace {

namespace json = boost::json;

constexpr std::size_t max_texts = 2'048;

field text_of(std::size_t max_bytes) {
  field limits;
  limits.min_bytes = 1;
  limits.max_bytes = max_bytes;
  return limits;
}

// Every fault is noted with its path.
class embeddings_reader {
 public:
  result<embeddings_request> read(json::value const& body) {
    auto const* object = in_.object(body);
    if (!object) return in_.why();
    for (auto const* key : {"model", "input"})
      if (!object->contains(key)) in_.inside(key, [&] { in_.fault("required"); });
    for (auto const& item : *object)
      in_.inside(std::string_view(item.key()), [&] { member(std::string_view(item.key()), item.value()); });
    if (in_.failed()) return in_.why();
    return std::move(out_);
  }

 private:
  void member(std::string_view key, json::value const& value) {
    auto& request = out_.embedding;
    if (key == "model") return in_.read(value, request.model, text_of(200));
    if (key == "input") return input(value);
    if (value.is_null()) return;
    if (key == "encoding_format") return encoding(value);
    if (key == "dimensions") return dimensions(value);
    in_.check_opaque(value, text_of(1'000'000));
    request.extra.emplace(key, value);
  }

  void input(json::value const& value) {
    if (value.is_string()) return text(value);
    auto const* list = value.if_array();
    if (!list) return in_.fault("must be a string or an array of strings");
    if (list->empty()) return in_.fault("must not be empty");
    if (list->size() > max_texts) return in_.fault("at most " + std::to_string(max_texts) + " items");
    if (list->front().is_number() || list->front().is_array())
      return in_.fault("arrays of tokens are not supported: send texts");
    for (std::size_t i = 0; i < list->size(); ++i) in_.inside(i, [&] { text((*list)[i]); });
  }

  void text(json::value const& value) { in_.read(value, out_.embedding.texts.emplace_back(), text_of(64 * 1'048'576)); }

  void encoding(json::value const& value) {
    std::string name;
    in_.read(value, name, text_of(20));
    if (name == "base64") out_.encoding = vector_encoding::base64;
    else if (name != "float") in_.fault("must be float or base64");
  }

  void dimensions(json::value const& value) {
    field limits;
    limits.minimum = 1;
    limits.maximum = 1'000'000;
    in_.read(value, out_.embedding.dimensions.emplace(), limits);
  }

  json_reader in_;
  embeddings_request out_;
};

void append_numbers(std::string& out, std::vector<float> const& vector) {
  std::array<char, 32> digits;
  char separator = '[';
  for (float const number : vector) {
    out += separator;
    separator = ',';
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
  }
  out += ']';
}

void append_base64(std::string& out, std::vector<float> const& vector) {
  data_url bytes;
  bytes.payload.reserve(vector.size() * sizeof(float));
  for (float const number : vector) {
    auto rest = std::bit_cast<std::uint32_t>(number);
    for (std::size_t i = 0; i < sizeof rest; ++i, rest >>= 8) bytes.payload += static_cast<char>(rest & 0xFF);
  }
  out += '"';
  out += base64_of(std::move(bytes));
  out += '"';
}

}  // namespace

result<embeddings_request> decode_embeddings_request(std::string_view body) {
  json_limits limits;
  limits.max_bytes = body.size();  // who read the body has bounded it
  auto const parsed = parse_json(body, limits);
  if (!parsed) return parsed.error();
  return embeddings_reader().read(*parsed);
}

std::string encode_embeddings(embedding_batch const& batch, std::string_view model, vector_encoding encoding) {
  std::string out = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < batch.vectors.size(); ++i) {
    if (i) out += ',';
    out += R"({"object":"embedding","index":)" + std::to_string(i) + R"(,"embedding":)";
    if (encoding == vector_encoding::base64) append_base64(out, batch.vectors[i]);
    else append_numbers(out, batch.vectors[i]);
    out += '}';
  }
  out += R"(],"model":)";
  append_json_string(out, model);
  auto const tokens = std::to_string(batch.usage ? batch.usage->input_tokens : 0);
  return out + R"(,"usage":{"prompt_tokens":)" + tokens + R"(,"total_tokens":)" + tokens + "}}";
}

}  // namespace sambung::openai_server
