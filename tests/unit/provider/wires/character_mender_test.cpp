#include "provider/wires/character_mender.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sambung::character_mender_test {
namespace {

TEST(CharacterMender, LeavesWholeCharactersAlone) {
  character_mender mender;
  for (auto const* json : {"", R"({"a":"b\"\\\u00e9\uD83D\uDE00"})", "{\"\xC3\xA9\":\"\xF0\x9F\x98\x80\"}", R"("\)"})
    EXPECT_EQ(mender.mended(json), json);
}

TEST(CharacterMender, JoinsWhatWasCutWhereverItWas) {
  std::string const face = "\xF0\x9F\x98\x80";
  for (std::size_t at = 1; at < face.size(); ++at) {
    character_mender mender;
    EXPECT_EQ(mender.mended("[\"a" + face.substr(0, at) + "\",1]"), "[\"a\",1]") << at;
    EXPECT_TRUE(mender.waits());
    EXPECT_EQ(mender.mended("[\"" + face.substr(at) + "c\"]"), "[\"" + face + "c\"]") << at;
  }
  character_mender mender;
  EXPECT_EQ(mender.mended(R"(["\ud83D"])"), R"([""])");
  EXPECT_EQ(mender.mended(R"(["\uDe00 x"])"), R"(["\ud83D\uDe00 x"])");
}

TEST(CharacterMender, RefusesHalvesWithoutTheOther) {
  for (auto const* json : {R"(["\ude00"])", R"(["\ud83dx"])", "[\"\xFFz\"]", "[\"\xA4\"]", "[\"a\xE0\xA4z\"]",
                           "[\"\xE0\",\"\xE0\"]", "[\"\xC0\xAF\"]"}) {
    character_mender mender;
    EXPECT_FALSE(mender.mended(json)) << json;
  }
  for (auto const* next : {R"(["b"])", "[\"\x80\"]", R"([])"}) {
    character_mender mender;
    ASSERT_TRUE(mender.mended("[\"a\xF0\x9F\"]"));
    EXPECT_FALSE(mender.mended(next)) << next;
  }
}

}  // namespace
}  // namespace sambung::character_mender_test
