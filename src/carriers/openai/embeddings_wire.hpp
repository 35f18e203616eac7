// OpenAI's embeddings as a server speaks them: pure functions. Source: openai-python, which asks for base64 unless told
// otherwise, and reads what is written here.
#pragma once

#include <sambung/provider/embedding.hpp>

#include <string>
#include <string_view>

namespace sambung::openai_server {

// How the numbers of a vector are written: as a list, or as little-endian floats in base64.
enum class vector_encoding { numbers, base64 };

// What POST /v1/embeddings asks for.
struct embeddings_request {
  embeddings_request() = default;

  embedding_request embedding;  // model is "provider/model"; unknown fields are in extra
  vector_encoding encoding = vector_encoding::numbers;
};

// errc::invalid_argument with every issue: fields of a wrong type, no model, no input, empty texts, and tokens in place
// of texts.
result<embeddings_request> decode_embeddings_request(std::string_view body);

std::string encode_embeddings(embedding_batch const& batch, std::string_view model, vector_encoding encoding);

}  // namespace sambung::openai_server
