#include "template_bench.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sambung::variables_test {
namespace {

using namespace template_bench;
using type = prompt_variable_type;

std::string path_and_fault(prompt_variable const& one) {
  auto const made = compile("", {one});
  return made.faults.empty() ? "" : made.faults.at(0).path + ' ' + made.faults.at(0).message;
}

// The fault of one value, or what it is rendered as.
std::string outcome(prompt_variable const& one, boost::json::value given) {
  boost::json::object values;
  values.emplace(one.name, std::move(given));
  auto const text = rendered(compile("{{" + one.name + "}}", {one}), values);
  return text ? *text : text.error().issues.at(0).message;
}

prompt_variable choice(std::vector<std::string> choices) {
  auto made = variable("v", type::choice);
  made.choices = std::move(choices);
  return made;
}

prompt_variable between(type of, std::optional<double> min, std::optional<double> max) {
  auto made = variable("v", of);
  made.min = min;
  made.max = max;
  return made;
}

TEST(TemplateVariables, AreDeclaredWithANameOfTheirOwn) {
  EXPECT_EQ(path_and_fault(variable("1")), "variables[0].name a letter, then up to 39 letters, digits and _");
  EXPECT_EQ(path_and_fault(variable("else")), "variables[0].name else is a word of templates");
  EXPECT_EQ(path_and_fault(variable("today")), "variables[0].name today is built in");
  auto const twice = compile("", {variable("a"), variable("a")});
  ASSERT_EQ(twice.faults.size(), 1u);
  EXPECT_EQ(twice.faults[0].path, "variables[1].name");
}

TEST(TemplateVariables, HaveLimitsThatFitTheirType) {
  EXPECT_EQ(path_and_fault(between(type::text, 1, {})), "variables[0].min only numbers have a range");
  EXPECT_EQ(path_and_fault(between(type::date, {}, 1)), "variables[0].max only numbers have a range");
  EXPECT_EQ(path_and_fault(between(type::integer, 2, 1)), "variables[0].max less than min");
  EXPECT_EQ(path_and_fault(between(type::number, std::numeric_limits<double>::infinity(), {})),
            "variables[0].min must be finite");
  EXPECT_EQ(path_and_fault(choice({})), "variables[0].choices a choice needs at least one");
  EXPECT_EQ(path_and_fault(choice({"a", "b", "a"})), "variables[0].choices the same choice twice");
  auto text = variable("v");
  text.choices = {"a"};
  EXPECT_EQ(path_and_fault(text), "variables[0].choices only a choice has choices");
  auto number = variable("v", type::integer);
  number.max_length = 3;
  EXPECT_EQ(path_and_fault(number), "variables[0].maxLength only texts have a length");
}

TEST(TemplateVariables, HaveDefaultsOfTheirType) {
  auto made = variable("v", type::integer);
  made.default_ = "1";
  EXPECT_EQ(path_and_fault(made), "variables[0].default wrong_type: must be a whole number");
  made = between(type::integer, 1, 2);
  made.default_ = 3;
  EXPECT_EQ(path_and_fault(made), "variables[0].default out_of_range: at most 2");
  made = choice({"a"});
  made.default_ = "b";
  EXPECT_EQ(path_and_fault(made), "variables[0].default not_a_choice: must be one of the choices");
  made.default_ = "a";
  EXPECT_EQ(path_and_fault(made), "");
}

TEST(TemplateVariables, TakeTextOfTheirLengthInCharacters) {
  auto made = variable("v");
  EXPECT_EQ(outcome(made, "a{{v}}b"), "a{{v}}b");
  EXPECT_EQ(outcome(made, ""), "");
  EXPECT_EQ(outcome(made, 1), "wrong_type: must be text");
  made.max_length = 3;
  EXPECT_EQ(outcome(made, "üñé"), "üñé");
  EXPECT_EQ(outcome(made, "üñéx"), "out_of_range: at most 3 characters");
  EXPECT_EQ(outcome(variable("v", type::long_text), "a\nb"), "a\nb");
}

TEST(TemplateVariables, TakeWholeNumbersOfEverySize) {
  auto const made = variable("v", type::integer);
  EXPECT_EQ(outcome(made, std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(outcome(made, std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  for (boost::json::value const& wrong : {boost::json::value(1.0), boost::json::value("1"), boost::json::value(true)})
    EXPECT_EQ(outcome(made, wrong), "wrong_type: must be a whole number");
  auto const narrow = between(type::integer, -1, 9007199254740992.0);
  EXPECT_EQ(outcome(narrow, -2), "out_of_range: at least -1");
  EXPECT_EQ(outcome(narrow, 9007199254740993), "out_of_range: at most 9007199254740992");
  EXPECT_EQ(outcome(narrow, 9007199254740992), "9007199254740992");
}

TEST(TemplateVariables, WriteNumbersInTheirShortestForm) {
  auto const made = variable("v", type::number);
  EXPECT_EQ(outcome(made, 0.1), "0.1");
  EXPECT_EQ(outcome(made, 3.0), "3");
  EXPECT_EQ(outcome(made, 7), "7");
  EXPECT_EQ(outcome(made, 1e22), "1e+22");
  EXPECT_EQ(outcome(made, -0.30000000000000004), "-0.30000000000000004");
  EXPECT_EQ(outcome(made, "1"), "wrong_type: must be a number");
  EXPECT_EQ(outcome(made, std::numeric_limits<double>::infinity()), "wrong_type: must be a finite number");
  EXPECT_EQ(outcome(between(type::number, 0.5, {}), 0.25), "out_of_range: at least 0.5");
  EXPECT_EQ(outcome(between(type::number, {}, 5), 6), "out_of_range: at most 5");
}

TEST(TemplateVariables, TakeBooleansChoicesAndDays) {
  EXPECT_EQ(outcome(variable("v", type::boolean), true), "true");
  EXPECT_EQ(outcome(variable("v", type::boolean), false), "false");
  EXPECT_EQ(outcome(variable("v", type::boolean), "true"), "wrong_type: must be true or false");
  EXPECT_EQ(outcome(choice({"a", "b"}), "b"), "b");
  EXPECT_EQ(outcome(choice({"a", "b"}), "B"), "not_a_choice: must be one of the choices");
  EXPECT_EQ(outcome(choice({"1"}), 1), "wrong_type: must be text");
  EXPECT_EQ(outcome(variable("v", type::date), "2028-02-29"), "2028-02-29");
  for (auto const* wrong : {"2026-02-29", "2026-2-1", "", "29.02.2028", "2028-02-29T00:00:00Z"})
    EXPECT_EQ(outcome(variable("v", type::date), wrong), "wrong_type: must be a day such as 2026-01-31") << wrong;
}

}  // namespace
}  // namespace sambung::variables_test
