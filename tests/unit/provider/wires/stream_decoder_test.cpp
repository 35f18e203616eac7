// What every vendor's decoder owes to the key of the call.
#include "provider/wires/stream_decoder.hpp"
#include "provider/wires/anthropic_wire.hpp"
#include "provider/wires/ollama_wire.hpp"
#include "provider/wires/openai_stream.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace sambung::stream_decoder_test {
namespace {

constexpr std::size_t max_line_bytes = 1'048'576;

std::vector<std::unique_ptr<stream_decoder>> decoders_with(std::string const& key) {
  std::vector<std::unique_ptr<stream_decoder>> all;
  all.push_back(std::make_unique<openai_stream_decoder>(secret_string(key), max_line_bytes));
  all.push_back(std::make_unique<anthropic_stream_decoder>(secret_string(key), max_line_bytes));
  all.push_back(std::make_unique<ollama_stream_decoder>(secret_string(key), max_line_bytes));
  return all;
}

// An event for two of them, a line for the third.
std::string line_for(stream_decoder const& decoder, std::string const& json) {
  bool const lines = dynamic_cast<ollama_stream_decoder const*>(&decoder) != nullptr;
  return lines ? json + '\n' : "data: " + json + "\n\n";
}

void expect_no_part_of_the_key(failure const& why) {
  EXPECT_EQ(why.message.find("kkkkkkkk"), std::string::npos) << why.message;
  EXPECT_EQ(why.sensitive.find("kkkkkkkk"), std::string::npos);
}

TEST(StreamDecoder, KeepsTheKeyOutOfErrorsAlsoWhereTheyAreCut) {
  std::string const key(1'500, 'k');
  for (auto const& message : {key, key + key, std::string(8'000, ' ') + key})
    for (auto const& decoder : decoders_with(key)) {
      decoder->push(line_for(*decoder, R"({"type":"error","error":{"message":")" + message + R"("}})"));

      ASSERT_TRUE(decoder->why());
      expect_no_part_of_the_key(*decoder->why());
    }
}

TEST(StreamDecoder, KeepsTheKeyOutOfWhatIsNoAnswer) {
  std::string const key(1'500, 'k');
  for (auto const& decoder : decoders_with(key)) {
    decoder->push(line_for(*decoder, "{no json " + key));

    ASSERT_TRUE(decoder->why());
    EXPECT_EQ(decoder->why()->code, errc::provider_error);
    EXPECT_NE(decoder->why()->sensitive.find("[key]"), std::string::npos);
    expect_no_part_of_the_key(*decoder->why());
  }
}

}  // namespace
}  // namespace sambung::stream_decoder_test
