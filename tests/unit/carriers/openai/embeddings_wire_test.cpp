// OpenAI's embeddings as a server reads and writes them.
#include "carriers/openai/embeddings_wire.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace sambung::openai_server::embeddings_wire_test {
namespace {

namespace json = boost::json;

std::vector<std::string> issues_of(std::string_view body) {
  std::vector<std::string> paths;
  auto const read = decode_embeddings_request(body);
  if (!read)
    for (auto const& each : read.error().issues) paths.push_back(each.path);
  return paths;
}

embedding_batch some_batch() {
  embedding_batch batch;
  batch.model = "vendor's";
  batch.vectors = {{1.0F, -0.5F}, {0.1F, 3e-8F}};
  batch.usage.emplace().input_tokens = 5;
  return batch;
}

TEST(EmbeddingsRequest, ReadsOneTextOrSeveral) {
  auto const one = decode_embeddings_request(R"({"model":"p/m","input":"a"})");
  auto const two = decode_embeddings_request(
      R"({"model":"p/m","input":["a","b"],"encoding_format":"base64","dimensions":3,"user":"u"})");

  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->embedding.texts, std::vector<std::string>{"a"});
  EXPECT_EQ(one->encoding, vector_encoding::numbers);
  EXPECT_EQ(two->embedding.texts, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(two->embedding.dimensions, 3);
  EXPECT_EQ(two->encoding, vector_encoding::base64);
  EXPECT_EQ(two->embedding.extra.at("user"), "u");
}

TEST(EmbeddingsRequest, RefusesTokensAndNoTexts) {
  for (auto const* input : {"[1,2]", "[[1],[2]]", "[]", "\"\"", "7", "null", R"([" ",""])"})
    EXPECT_EQ(decode_embeddings_request(std::string(R"({"model":"p/m","input":)") + input + '}').error().code,
              errc::invalid_argument)
        << input;
  EXPECT_EQ(issues_of("{}"), (std::vector<std::string>{"model", "input"}));
  EXPECT_EQ(issues_of(R"({"model":"p/m","input":["a",""],"encoding_format":"hex","dimensions":0})"),
            (std::vector<std::string>{"input[1]", "encoding_format", "dimensions"}));
  EXPECT_FALSE(decode_embeddings_request("[]"));
  EXPECT_FALSE(decode_embeddings_request("{"));
}

TEST(EmbeddingsAnswer, WritesNumbersThatReadBackTheSame) {
  auto const body = json::parse(encode_embeddings(some_batch(), "p/m", vector_encoding::numbers));

  EXPECT_EQ(body.at("model"), "p/m");
  EXPECT_EQ(body.at("usage").at("total_tokens"), 5);
  auto const& second = body.at("data").at(1);
  EXPECT_EQ(second.at("index"), 1);
  EXPECT_EQ(second.at("embedding").at(0).to_number<float>(), 0.1F);
  EXPECT_EQ(second.at("embedding").at(1).to_number<float>(), 3e-8F);
}

TEST(EmbeddingsAnswer, WritesLittleEndianFloatsInBase64) {
  auto const body = json::parse(encode_embeddings(some_batch(), "p/m", vector_encoding::base64));

  EXPECT_EQ(body.at("data").at(0).at("embedding"), "AACAPwAAAL8=");
}

}  // namespace
}  // namespace sambung::openai_server::embeddings_wire_test
