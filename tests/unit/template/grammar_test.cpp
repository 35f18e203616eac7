#include "template_bench.hpp"

#include <gtest/gtest.h>

namespace sambung::grammar_test {
namespace {

using namespace template_bench;
using said = std::vector<std::string>;

constexpr auto unclosed = "it is not closed by }}; write \\{{ for two braces";
constexpr auto unknown_tag = "not a variable, #if, else, /if or include; write \\{{ for two braces";

std::string at(char const* place, char const* why) { return std::string(place) + ' ' + why; }

TEST(TemplateGrammar, TakesTextWithoutMarksAsItIs) {
  for (auto const* text :
       {"", "Apa khabar?", "a } b }} c", "{ \"a\": {\"b\": 1}}", "\\", "\\{", "{", "a\nb\r\n", "ü}}é"})
    EXPECT_EQ(rendered(compile(text)).value(), text) << text;
}

TEST(TemplateGrammar, WritesTwoBracesForTheEscape) {
  EXPECT_EQ(rendered(compile(R"(\{{)")).value(), "{{");
  EXPECT_EQ(rendered(compile(R"(a\{{b}} \{{\{{)")).value(), "a{{b}} {{{{");
  EXPECT_EQ(rendered(compile(R"(\\{{x)")).value(), "\\{{x");
  EXPECT_EQ(rendered(compile(R"(\{{{x)")).value(), "{{{x");
}

TEST(TemplateGrammar, AllowsBlanksInsideTheBraces) {
  auto const declared = variables({"a"});
  boost::json::object const values{{"a", "1"}};
  for (auto const* text : {"{{a}}", "{{ a }}", "{{\ta\t}}", "{{#if a}}{{a}}{{/if}}", "{{ #if  a }}{{a}}{{ /if }}",
                           "{{#if a}}{{a}}{{ else }}2{{/if}}"})
    EXPECT_EQ(rendered(compile(text, declared), values).value(), "1") << text;
}

TEST(TemplateGrammar, RefusesEveryOtherPairOfBracesAndSaysWhere) {
  auto const declared = variables({"a"});
  EXPECT_EQ(faults("{{", declared), said{at("1:1", unclosed)});
  EXPECT_EQ(faults("ab{{a}", declared), said{at("1:3", unclosed)});
  EXPECT_EQ(faults("x\n\nyé {{a b}}", declared), said{at("3:4", unknown_tag)});
  for (auto const* tag :
       {"{{}}", "{{ }}", "{{1a}}", "{{_a}}", "{{a.b}}", "{{a[0]}}", "{{a|b}}", "{{#each a}}", "{{/each}}", "{{#ifa}}",
        "{{#unless a}}", "{{\"a\"}}", "{{a\n}}", "{{&a}}", "{{!a}}", "{{^a}}", "{{#else}}", "{{{a}}", "{{ü}}"})
    EXPECT_EQ(faults(tag, declared).at(0), at("1:1", unknown_tag)) << tag;
}

TEST(TemplateGrammar, KnowsNamesOfUpToFortyCharacters) {
  std::string const longest(40, 'a');
  EXPECT_TRUE(is_variable_name(longest));
  EXPECT_TRUE(is_variable_name("A_9"));
  for (auto const& name : {longest + "a", std::string(), std::string("9"), std::string("a-b"), std::string("a ")})
    EXPECT_FALSE(is_variable_name(name)) << name;
  EXPECT_TRUE(faults("{{" + longest + "}}", variables({longest.c_str()})).empty());
  EXPECT_FALSE(faults("{{" + longest + "a}}").empty());
}

TEST(TemplateGrammar, PairsBranchesAndSaysWhichIsAlone) {
  auto const declared = variables({"a"});
  EXPECT_EQ(faults("x{{else}}", declared), said{"1:2 {{else}} without {{#if}}"});
  EXPECT_EQ(faults("x\n{{/if}}", declared), said{"2:1 {{/if}} without {{#if}}"});
  EXPECT_EQ(faults("{{#if a}}{{else}}{{else}}{{/if}}", declared), said{"1:18 a second {{else}} in one {{#if}}"});
  EXPECT_EQ(faults(" {{#if a}}{{#if a}}", declared),
            (said{"1:2 #if is not closed by {{/if}}", "1:11 #if is not closed by {{/if}}"}));
  EXPECT_EQ(faults("{{#if }}{{/if}}", declared).at(0), at("1:1", unknown_tag));
  EXPECT_EQ(faults("{{#if a b}}", declared), said{"1:1 #if needs the name of a variable"});
}

TEST(TemplateGrammar, NestsBranchesEightDeep) {
  auto const declared = variables({"a"});
  std::string open, close;
  for (int i = 0; i < 8; ++i) open += "{{#if a}}", close += "{{/if}}";
  EXPECT_EQ(rendered(compile(open + "x" + close, declared), {{"a", "1"}}).value(), "x");
  EXPECT_EQ(faults(open + "{{#if a}}x{{/if}}" + close, declared), said{"1:73 more than 8 #if inside each other"});
}

TEST(TemplateGrammar, ReadsWhatIsIncluded) {
  auto const found = template_references("{{> a}}{{>b c@2}} {{> d@to.p_1-x }}{{>a}}{{x}}{{");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].name, "a");
  EXPECT_EQ(found[0].number, std::nullopt);
  EXPECT_EQ(found[0].label, std::nullopt);
  EXPECT_EQ(found[1].name, "b c");
  EXPECT_EQ(found[1].number, 2);
  EXPECT_EQ(found[1].spelling, "b c@2");
  EXPECT_EQ(found[2].label, "to.p_1-x");
}

TEST(TemplateGrammar, RefusesReferencesThatNameNothing) {
  for (auto const* tag : {"{{>}}", "{{> }}", "{{>@1}}", "{{>a@}}", "{{>a@0}}", "{{>a@1000000001}}",
                          "{{>a@99999999999999999999}}", "{{>a@B}}", "{{>a@b c}}", "{{>a@1@2}}", "{{>a{b}}"})
    EXPECT_EQ(faults(tag), said{"1:1 not a template that can be included"}) << tag;
  EXPECT_FALSE(faults("{{>" + std::string(401, 'a') + "}}").empty());
}

TEST(TemplateGrammar, ListsAHundredFaultsAtMost) {
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += "{{?}} ";
  EXPECT_EQ(faults(text).size(), 100u);
}

}  // namespace
}  // namespace sambung::grammar_test
