#include "template_bench.hpp"

#include <gtest/gtest.h>

namespace sambung::compiled_template_test {
namespace {

using namespace template_bench;
using type = prompt_variable_type;
using said = std::vector<std::string>;

said issues(result<std::string> const& of) {
  said all;
  for (auto const& one : of.error().issues) all.push_back(one.path + ' ' + one.message);
  return all;
}

TEST(CompiledTemplate, NamesWhatIsNotDeclaredAndWarnsOfWhatIsNotUsed) {
  auto const made = compile("a\n{{b}} {{#if c}}{{/if}}", variables({"a"}));
  EXPECT_EQ(faults(made), (said{"2:1 \"b\" is not declared", "2:7 \"c\" is not declared"}));
  EXPECT_EQ(made.faults[0].path, "messages[0].text");
  ASSERT_EQ(made.warnings.size(), 1u);
  EXPECT_EQ(made.warnings[0].path, "variables[0]");
  EXPECT_EQ(made.warnings[0].message, "a is not used");
  EXPECT_FALSE(made.compiled);
  EXPECT_EQ(to_issue(made.faults[1]).message, "line 2, column 7: \"c\" is not declared");
  EXPECT_EQ(to_issue(made.warnings[0]).message, "a is not used");
}

TEST(CompiledTemplate, NeverReadsAValueAgain) {
  auto const made = compile("{{a}}{{b}}", variables({"a", "b"}));
  EXPECT_EQ(rendered(made, {{"a", "{{b}}{{"}, {"b", "}}\\{{#if a}}"}}).value(), "{{b}}{{}}\\{{#if a}}");
  EXPECT_EQ(rendered(made, {{"a", "{"}, {"b", "{a}}"}}).value(), "{{a}}");
}

TEST(CompiledTemplate, TakesTheBranchThatTheValueSays) {
  auto const text = [](type of, boost::json::value given) {
    boost::json::object values;
    if (!given.is_null()) values.emplace("a", std::move(given));
    auto one = optional_variable("a", of);
    if (of == type::choice) one.choices = {"x"};
    return rendered(compile("{{#if a}}yes{{else}}no{{/if}}", {one}), values).value();
  };
  EXPECT_EQ(text(type::boolean, true), "yes");
  EXPECT_EQ(text(type::boolean, false), "no");
  EXPECT_EQ(text(type::text, "x"), "yes");
  EXPECT_EQ(text(type::text, ""), "no");
  EXPECT_EQ(text(type::integer, 0), "yes");
  EXPECT_EQ(text(type::number, 0.0), "yes");
  EXPECT_EQ(text(type::choice, "x"), "yes");
  EXPECT_EQ(text(type::date, "2026-01-31"), "yes");
  for (auto const of : {type::boolean, type::text, type::integer, type::number, type::choice, type::date})
    EXPECT_EQ(text(of, nullptr), "no");
}

TEST(CompiledTemplate, KeepsTextBehindABranchOutOfIt) {
  auto const made = compile("1{{#if a}}2{{/if}}3{{#if a}}{{else}}4{{/if}}5{{#if a}}{{/if}}\\{{", variables({"a"}));
  EXPECT_EQ(rendered(made, {{"a", "x"}}).value(), "1235{{");
  EXPECT_EQ(rendered(made).value(), "1345{{");
}

TEST(CompiledTemplate, AsksForEveryValueWhateverTheBranches) {
  auto const made = compile("{{#if a}}{{b}}{{/if}}", {variable("a", type::boolean), variable("b")});
  EXPECT_EQ(issues(rendered(made, {{"a", false}})), said{"values.b missing"});
}

TEST(CompiledTemplate, ListsAllFaultsOfItsValuesAtOnce) {
  auto ranged = variable("c", type::integer);
  ranged.max = 5;
  auto choice = variable("d", type::choice);
  choice.choices = {"x"};
  auto const made = compile("{{a}}{{b}}{{c}}{{d}}", {variable("a"), variable("b"), ranged, choice});
  auto const refused = rendered(made, {{"b", 1}, {"c", 6}, {"d", "y"}, {"e", 1}, {"today", "never"}});
  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_EQ(issues(refused),
            (said{"values.a missing", "values.b wrong_type: must be text", "values.c out_of_range: at most 5",
                  "values.d not_a_choice: must be one of the choices", "values.e unknown", "values.today unknown"}));
}

TEST(CompiledTemplate, UsesDefaultsAndTakesNullForNothing) {
  auto with_default = variable("a");
  with_default.default_ = "x";
  auto const made = compile("{{a}}-{{b}}", {with_default, optional_variable("b", type::integer)});
  EXPECT_EQ(rendered(made).value(), "x-");
  EXPECT_EQ(rendered(made, {{"a", nullptr}, {"b", nullptr}}).value(), "x-");
  EXPECT_EQ(rendered(made, {{"a", "y"}, {"b", 2}}).value(), "y-2");
}

TEST(CompiledTemplate, KnowsWhatIsBuiltIn) {
  template_built_ins built_ins;
  built_ins.today = "2026-01-31";
  built_ins.now = "2026-01-31T12:00:00.000Z";
  built_ins.weekday = "Saturday";
  built_ins.user_name = "{{model}}";
  built_ins.tenant_name = "acme";
  built_ins.model = "demo/echo";
  auto const made = compile(
      "{{today}}|{{now}}|{{weekday}}|{{user_name}}|{{tenant_name}}|{{#if project_name}}p{{else}}none{{/if}}|{{model}}");
  EXPECT_EQ(rendered(made, {}, built_ins).value(),
            "2026-01-31|2026-01-31T12:00:00.000Z|Saturday|{{model}}|acme|none|demo/echo");
}

TEST(CompiledTemplate, HasOneSetOfVariablesForAllItsTexts) {
  std::string_view const texts[] = {"{{a}}", "", "{{#if b}}{{a}}{{/if}}!"};
  auto const made = compile_template(texts, variables({"a", "b"}), from({}));
  ASSERT_TRUE(made.compiled);
  EXPECT_EQ(made.compiled->size(), 3u);
  EXPECT_TRUE(made.warnings.empty());
  boost::json::object const values{{"a", "x"}, {"b", "y"}};
  auto const bound = made.compiled->bind(values, {}).value();
  EXPECT_EQ(made.compiled->render(0, bound).value(), "x");
  EXPECT_EQ(made.compiled->render(1, bound).value(), "");
  EXPECT_EQ(made.compiled->render(2, bound).value(), "x!");
  EXPECT_EQ(made.compiled->render(3, bound).error().code, errc::invalid_argument);
  auto const other = compile("{{a}}", variables({"a"}));
  EXPECT_EQ(other.compiled->render(0, bound).error().code, errc::invalid_argument);
}

TEST(CompiledTemplate, CutsNothingAndRefusesMoreThanAMebibyte) {
  auto const made = compile("{{a}}{{a}}", variables({"a"}));
  std::string const half(max_rendered_bytes / 2, 'x');
  EXPECT_EQ(rendered(made, {{"a", half}}).value().size(), max_rendered_bytes);
  EXPECT_EQ(rendered(made, {{"a", half + "x"}}).error().code, errc::payload_too_large);
}

TEST(CompiledTemplate, IncludesTextsWithTheirVariables) {
  auto const greeting = text_called("g/1", "Hello {{who}}{{> mark}}", {variable("who"), optional_variable("unused")});
  auto const made = compile("{{> greet@1}} and {{> greet@1}}, {{a}}", variables({"a"}),
                            {{"greet@1", greeting}, {"mark", text_called("m/1", "\\{{!")}});
  EXPECT_EQ(faults(made), said{});
  ASSERT_EQ(made.compiled->variables().size(), 3u);
  EXPECT_EQ(made.compiled->variables()[1].name, "who");
  EXPECT_EQ(rendered(made, {{"who", "Ada"}, {"a", "b"}}).value(), "Hello Ada{{! and Hello Ada{{!, b");
  EXPECT_EQ(issues(rendered(made)), said{"values.who missing"});
}

TEST(CompiledTemplate, TakesItsOwnDeclarationOfWhatItIncludes) {
  auto mine = variable("who");
  mine.default_ = "me";
  library const texts{{"g", text_called("g/1", "{{who}}", {variable("who")})},
                      {"n", text_called("n/1", "{{who}}", {variable("who", type::integer)})}};
  auto const made = compile("{{> g}}", {mine}, texts);
  EXPECT_EQ(rendered(made).value(), "me");
  EXPECT_EQ(faults("x{{> n}}", {mine}, texts), said{"1:2 \"who\" is of another type in \"n\""});
}

TEST(CompiledTemplate, SaysWhereAnIncludeIsWrong) {
  EXPECT_EQ(faults("a\n {{> x}}"), said{"2:2 \"x\": not found"});
  library const texts{{"a", text_called("a/1", "{{> b}}")},
                      {"b", text_called("b/1", "{{> a}}")},
                      {"open", text_called("o/1", "{{#if today}}")},
                      {"bad", text_called("d/1", "\n{{?}}")}};
  EXPECT_EQ(faults("  {{> a}}", {}, texts), said{"1:3 in \"b\": \"a\" includes itself"});
  EXPECT_EQ(faults(" {{> open}}{{/if}}", {}, texts),
            (said{"1:2 in \"open\": #if is not closed by {{/if}}", "1:12 {{/if}} without {{#if}}"}));
  EXPECT_EQ(faults(" {{> bad}}", {}, texts).size(), 1u);
}

TEST(CompiledTemplate, IncludesThreeDeep) {
  library texts{{"1", text_called("1", "{{> 2}}")}, {"2", text_called("2", "{{> 3}}")}, {"3", text_called("3", "x")}};
  EXPECT_EQ(rendered(compile("{{> 1}}", {}, texts)).value(), "x");
  texts["3"].text = "{{> 4}}";
  texts["4"] = text_called("4", "x");
  EXPECT_EQ(faults("{{> 1}}", {}, texts), said{"1:1 in \"3\": more than 3 includes inside each other"});
}

TEST(CompiledTemplate, AsksForAnIncludeOnceInEachText) {
  int asked = 0;
  include_resolver const counting = [&](template_reference const&, std::string const&) -> result<included_template> {
    ++asked;
    return text_called("x", "x");
  };
  std::string_view const texts[] = {"{{> x}}{{> x}}{{> x}}"};
  EXPECT_TRUE(compile_template(texts, {}, counting).compiled);
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace sambung::compiled_template_test
