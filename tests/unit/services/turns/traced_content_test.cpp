#include "services/turns/traced_content.hpp"

#include "telemetry/span_text.hpp"

#include <sambung/telemetry/tracer.hpp>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace sambung::traced_content_test {
namespace {

namespace json = boost::json;

prompt_message said(role who, part what) {
  prompt_message out;
  out.who = who;
  out.parts.push_back(std::move(what));
  return out;
}

tool_call_part call(int number) {
  tool_call_part out;
  out.id = "call_0123456789abcdef_" + std::to_string(number);
  out.name = "search_documents_of_project";
  out.arguments = "{}";
  return out;
}

// Many parts of few bytes, and texts whose escapes are longer than they are.
TEST(TracedContent, IsWholeJsonHoweverMuchThereIs) {
  std::vector<prompt_message> calls, words;
  for (int i = 0; i < 300; ++i) {
    calls.push_back(said(role::assistant, call(i)));
    words.push_back(said(role::assistant, text_part{"x", {}}));
  }
  prompt_message many_calls, many_escapes, long_names;
  for (int i = 0; i < 200; ++i) many_calls.parts.push_back(call(i));
  for (int i = 0; i < 40; ++i) many_escapes.parts.push_back(text_part{std::string(200, '\x1B'), {}});
  for (int i = 0; i < 10; ++i) {
    auto one = call(i);
    one.id = one.name = std::string(1'000'000, '"');
    long_names.parts.push_back(std::move(one));
  }
  std::vector<std::vector<prompt_message>> const all{
      {many_calls},
      {many_escapes},
      {long_names},
      calls,
      words,
      {said(role::user, text_part{std::string(9'000, '\x01'), {}})},
      {said(role::user, text_part{std::string(9'000, '"'), {}})},
      {said(role::user, text_part{std::string(100'000, 'x'), {}})},
  };

  for (auto const& messages : all) {
    auto const exported = span_text(traced_input(messages), span::max_content_bytes);
    EXPECT_NO_THROW(json::parse(exported)) << exported.substr(0, 200);
    EXPECT_GT(exported.size(), max_traced_bytes / 2);
  }
}

TEST(TracedContent, IsOfTheNewestMessages) {
  std::vector<prompt_message> calls;
  for (int i = 0; i < 300; ++i) calls.push_back(said(role::assistant, call(i)));

  auto const kept = traced_input(calls);

  EXPECT_NE(kept.find("_299"), kept.npos);
  EXPECT_EQ(kept.find("_100"), kept.npos);
}

}  // namespace
}  // namespace sambung::traced_content_test
