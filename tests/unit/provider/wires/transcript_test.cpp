// Every transcript through the decoder of its wire, cut in every way. SAMBUNG_TEST_SPLITS is the number of random ways.
#include "provider/wires/anthropic_wire.hpp"
#include "provider/wires/ollama_wire.hpp"
#include "provider/wires/openai_stream.hpp"
#include "support/transcripts.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

namespace sambung::transcript_test {
namespace {

using transcripts::decode;

constexpr std::size_t max_line_bytes = 1'048'576;

std::unique_ptr<stream_decoder> decoder_of(std::string_view file) {
  if (file.ends_with(".ndjson"))
    return std::make_unique<ollama_stream_decoder>(secret_string("secret"), max_line_bytes);
  if (file.starts_with("anthropic_"))
    return std::make_unique<anthropic_stream_decoder>(secret_string("secret"), max_line_bytes);
  return std::make_unique<openai_stream_decoder>(secret_string("secret"), max_line_bytes);
}

int random_splits() {
  auto const* set = std::getenv("SAMBUNG_TEST_SPLITS");
  return set ? std::atoi(set) : 5'000;
}

class Transcript : public ::testing::TestWithParam<std::string> {
 protected:
  std::vector<std::string> decoded(std::vector<std::string_view> const& pushes) const {
    auto const decoder = decoder_of(GetParam());
    return decode(*decoder, pushes);
  }
  std::string bytes_ = transcripts::read_file(transcripts::path_of(GetParam()));
};

INSTANTIATE_TEST_SUITE_P(All, Transcript, ::testing::ValuesIn(transcripts::files()), [](auto const& each) {
  std::string name = each.param;
  name[name.find('.')] = '_';
  return name;
});

TEST_P(Transcript, GivesTheExpectedEvents) {
  auto const expected = transcripts::path_of(GetParam()).replace_extension(".events");

  EXPECT_EQ(decoded({bytes_}), transcripts::read_lines(expected));
}

TEST_P(Transcript, GivesTheSameEventsForEverySplitInTwo) {
  std::string_view const text = bytes_;
  auto const whole = decoded({text});

  for (std::size_t i = 0; i < text.size(); ++i)
    ASSERT_EQ(decoded({text.substr(0, i), text.substr(i)}), whole) << "split at " << i;
}

TEST_P(Transcript, GivesTheSameEventsByteByByte) {
  std::string_view const text = bytes_;
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < text.size(); ++i) single.push_back(text.substr(i, 1));

  EXPECT_EQ(decoded(single), decoded({text}));
}

TEST_P(Transcript, GivesTheSameEventsForRandomSplits) {
  auto const whole = decoded({bytes_});
  auto const all = static_cast<int>(transcripts::files().size());
  std::mt19937 random(11);

  for (int round = 0; round < random_splits() / all + 1; ++round)
    ASSERT_EQ(decoded(transcripts::random_split(bytes_, random)), whole) << "round " << round;
}

}  // namespace
}  // namespace sambung::transcript_test
