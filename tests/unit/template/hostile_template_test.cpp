// CT01 and DT01 of the attack catalogue: what a template cannot be made to do.
#include "template_bench.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace sambung::hostile_template_test {
namespace {

using namespace template_bench;

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::chrono::duration<double> duration_of(std::string const& text, std::vector<prompt_variable> const& declared) {
  auto const begin = std::chrono::steady_clock::now();
  compile(text, declared);
  return std::chrono::steady_clock::now() - begin;
}

TEST(CT01, AMillionMarksAreCompiledAndRenderedWithinBounds) {
  auto const made = compile(times(1'000'000, "{{a}}"), variables({"a"}));
  ASSERT_TRUE(made.compiled);
  EXPECT_EQ(rendered(made, {{"a", "x"}}).value().size(), 1'000'000u);
  EXPECT_EQ(rendered(made, {{"a", "xy"}}).error().code, errc::payload_too_large);
}

TEST(CT01, CompilingTakesTimeInProportionToTheText) {
  auto const declared = variables({"a"});
  for (auto const* piece :
       {"{{a}}", "{{", "{{{", "\\{{", "{{#if a}}", "{{#if a}}{{else}}{{/if}}", "{{> x}}", "}}", "{{else}}"}) {
    auto const small = duration_of(times(20'000, piece), declared);
    auto const large = duration_of(times(200'000, piece), declared);
    EXPECT_LT(large.count(), 60 * small.count() + 0.2) << piece;
  }
}

TEST(CT01, IncludesThatMultiplyAreRefused) {
  library const texts{{"a", text_called("a", times(10'000, "{{> b}}"))},
                      {"b", text_called("b", times(10'000, "{{> c}}"))},
                      {"c", text_called("c", times(10'000, "lol"))}};
  auto const made = compile(times(10'000, "{{> a}}"), {}, texts);
  ASSERT_FALSE(made.faults.empty());
  EXPECT_NE(made.faults[0].message.find("too large with all that it includes"), std::string::npos);
}

// What is included often is resolved once: each time it would bring its variables, which may be large.
TEST(CT01, IncludesThatMultiplyAreResolvedOnce) {
  library const texts{{"a", text_called("a", "{{> b}}")}, {"b", text_called("b", "x", variables({"v"}))}};
  auto const find = from(texts);
  std::size_t asked = 0;
  include_resolver const counting = [&](template_reference const& what, std::string const& within) {
    ++asked;
    return find(what, within);
  };
  auto const text = times(10'000, "{{> a}}");
  std::string_view const all[] = {text, text};
  auto const made = compile_template(all, {}, counting);
  ASSERT_TRUE(made.compiled);
  EXPECT_EQ(asked, 2u);
  EXPECT_EQ(rendered(made).value(), times(10'000, "x"));
}

TEST(CT01, NamesOfOtherLanguagesAreNamesLikeAnyOther) {
  for (auto const* name : {"constructor", "prototype", "toString", "hasOwnProperty", "self", "end", "NULL"}) {
    auto const made = compile("{{" + std::string(name) + "}}", {variable(name)});
    EXPECT_EQ(rendered(made, {{name, "x"}}).value(), "x") << name;
    EXPECT_EQ(rendered(made).error().issues.at(0).message, "missing") << name;
  }
  for (auto const* name : {"__proto__", "__class__", "a.constructor", "a['b']", "roll:999999d999999"})
    EXPECT_FALSE(faults("{{" + std::string(name) + "}}").empty()) << name;
}

TEST(CT01, ValuesWithMarksStayValues) {
  auto const made = compile("{{a}} {{#if b}}{{b}}{{/if}}", variables({"a", "b"}));
  for (auto const* value : {"{{a}}", "{{b}}", "{{#if b}}", "{{/if}}", "{{> a}}", "\\{{", "{{else}}", "{{now}}"})
    EXPECT_EQ(rendered(made, {{"a", value}, {"b", value}}).value(), std::string(value) + ' ' + value) << value;
}

// DT01: what other languages of templates would work out is text or a fault, never a value.
TEST(DT01, OperatorsOfOtherLanguagesAreNothing) {
  for (auto const* text : {"{% for x in y %}", "${7*7}", "{0:1000000000}", "<%= 7*7 %>", "#{7*7}", "%s%n", "$(id)"})
    EXPECT_EQ(rendered(compile(text)).value(), text) << text;
  for (auto const* text :
       {"{{7*7}}", "{{a|upper}}", "{{a.b}}", "{{a[0]}}", "{{a()}}", "{{{a}}}", "{{#each a}}{{/each}}"})
    EXPECT_FALSE(faults(text, variables({"a"})).empty()) << text;
}

TEST(CT01, ManyUnknownValuesAreAHundredFaults) {
  boost::json::object values;
  for (int i = 0; i < 5'000; ++i) values.emplace("v" + std::to_string(i), i);
  EXPECT_EQ(rendered(compile("x"), values).error().issues.size(), 100u);
}

}  // namespace
}  // namespace sambung::hostile_template_test
