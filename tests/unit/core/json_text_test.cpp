#include "core/json_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace sambung::json_text_test {
namespace {

TEST(JsonText, GivesMembersAsTheyStand) {
  std::string const object =
      R"( { "a" : "x" ,"b\"":"\\","c":"\\\"","d":{"e":"}\"{\\","f":[1,{"g":"]"}]}, "h":[ "\\\\" , "],"],"":"","n":-1.5e3,"t":true})";
  std::vector<std::pair<std::string, std::string>> members;
  for_each_member(object, [&](std::string const& name, std::string_view value) { members.emplace_back(name, value); });

  std::vector<std::pair<std::string, std::string>> const expected{
      {"a", R"("x")"},
      {"b\"", R"("\\")"},
      {"c", R"("\\\"")"},
      {"d", R"({"e":"}\"{\\","f":[1,{"g":"]"}]})"},
      {"h", R"([ "\\\\" , "],"])"},
      {"", R"("")"},
      {"n", "-1.5e3"},
      {"t", "true"},
  };
  EXPECT_EQ(members, expected);
}

TEST(JsonText, EndsAStringAtTheQuoteThatIsNotEscaped) {
  for (int slashes = 0; slashes < 9; ++slashes) {
    auto const run = std::string(static_cast<std::size_t>(slashes), '\\');
    auto const text = '"' + run + R"(" "more)";
    EXPECT_EQ(json_text::value_length(text), run.size() % 2 == 0 ? run.size() + 2 : run.size() + 4) << text;
  }
}

TEST(JsonText, GoesNoFurtherThanTheTextThatIsCutOff) {
  for (std::string_view const text : {R"(")", R"("\)", R"("\")", R"("ab)", R"({"a")", R"({"a\")", "[", "tru"})
    EXPECT_EQ(json_text::value_length(text), text.size()) << text;
}

// As RFC 8259 has it, byte for byte.
std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    auto const named = std::string_view("\b\f\n\r\t\"\\").find(c);
    if (named != std::string_view::npos) {
      (out += '\\') += "bfnrt\"\\"[named];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr char digits[] = "0123456789abcdef";
      ((out += "\\u00") += digits[c >> 4]) += digits[c & 15];
    } else {
      out += c;
    }
  }
  return out;
}

TEST(JsonText, EscapesEachByteWhereverItStands) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t before = 0; before < 20; ++before) {
      auto text = std::string(before, 'a') + static_cast<char>(byte) + std::string(before % 9, '~');
      text += text;  // and what is behind an escape
      std::string out;
      append_json_string(out, text);
      ASSERT_EQ(out, '"' + escaped(text) + '"') << byte << " behind " << before;
      ASSERT_EQ(json_string_size(text), out.size());
    }
  }
}

}  // namespace
}  // namespace sambung::json_text_test
