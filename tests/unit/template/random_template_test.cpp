// Random templates, against a renderer that reads its tree again for every piece.
#include "template_bench.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sambung::random_template_test {
namespace {

using namespace template_bench;

struct node {
  enum { text, variable, branch, include } kind = text;
  std::string content;  // the text, or a name
  std::vector<node> then;
  std::vector<node> otherwise;
};
using tree = std::vector<node>;

class maker {
 public:
  static constexpr std::string_view names[] = {"a", "b", "c", "d_1"};

  explicit maker(unsigned seed) : random_(seed) {}

  tree make(int depth) {
    tree all;
    for (auto left = below(5); left > 0; --left) all.push_back(piece(depth));
    return all;
  }
  std::string value() { return pick(values); }

 private:
  static constexpr std::string_view included[] = {"x", "y@2"};
  // None that makes another mark of one before or behind it.
  static constexpr std::string_view texts[] = {"{{", "}}", "{ ", "}", "\\ ", "Apa khabar?", "\n", "\u00fc", " "};
  static constexpr std::string_view values[] = {"", "1", "{{a}}", "}}", "{{#if a}}", "\\{{", "\u00e9\u00e9"};

  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }
  std::string pick(std::span<std::string_view const> from) {
    return std::string(from[below(static_cast<unsigned>(from.size()))]);
  }
  node piece(int depth) {
    switch (below(depth > 0 ? 5 : 3)) {
      case 0:
        return {node::variable, pick(names), {}, {}};
      case 1:
        return {node::include, pick(included), {}, {}};
      case 2:
        return {node::text, pick(texts), {}, {}};
      default:
        return {node::branch, pick(names), make(depth - 1), below(2) ? make(depth - 1) : tree()};
    }
  }

  std::mt19937 random_;
};

std::string escaped(std::string_view text) { return text == "{{" ? "\\{{" : std::string(text); }

std::string written(tree const& of) {
  std::string out;
  for (auto const& one : of) {
    if (one.kind == node::text) out += escaped(one.content);
    if (one.kind == node::variable) out += "{{ " + one.content + "}}";
    if (one.kind == node::include) out += "{{> " + one.content + "}}";
    if (one.kind != node::branch) continue;
    out += "{{#if " + one.content + "}}" + written(one.then);
    if (!one.otherwise.empty()) out += "{{else}}" + written(one.otherwise);
    out += "{{/if}}";
  }
  return out;
}

std::string reference(tree const& of, boost::json::object const& values) {
  std::string out;
  for (auto const& one : of) {
    auto const value = [&] { return std::string(values.at(one.content).as_string()); };
    if (one.kind == node::text) out += one.content;
    if (one.kind == node::variable) out += value();
    if (one.kind == node::include)
      out += one.content == "x" ? "[" + std::string(values.at("a").as_string()) + "]" : "{{y}}";
    if (one.kind == node::branch) out += reference(value().empty() ? one.otherwise : one.then, values);
  }
  return out;
}

library texts() {
  return {{"x", text_called("x/1", "[{{a}}]", variables({"a"}))}, {"y@2", text_called("y/2", "\\{{y}}")}};
}

TEST(RandomTemplate, IsRenderedAsTheReferenceSays) {
  maker random(20'261'129);
  auto const declared = variables({"a", "b", "c", "d_1"});
  for (int i = 0; i < 20'000; ++i) {
    auto const made = random.make(4);
    auto const text = written(made);
    auto const compiled = compile(text, declared, texts());
    ASSERT_TRUE(compiled.compiled) << text << ' ' << faults(compiled).at(0);
    boost::json::object values;
    for (auto const name : maker::names) values.emplace(name, random.value());
    ASSERT_EQ(rendered(compiled, values).value(), reference(made, values)) << text;
  }
}

TEST(RandomTemplate, BytesOfAnyKindAreCompiledOrRefused) {
  std::mt19937 random(7);
  constexpr std::string_view alphabet[] = {"{", "}", "{{", "}}", "\\", "#if ", "else", "/if",
                                           ">", "@", "a",  "b",  " ",  "\n",   "ü"};
  auto const declared = variables({"a"});
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left) text += alphabet[random() % std::size(alphabet)];
    auto const made = compile(text, declared, {{"a", text_called("a", "{{a}}", declared)}});
    ASSERT_EQ(made.compiled.has_value(), made.faults.empty()) << text;
    for (auto const& fault : made.faults) ASSERT_GE(fault.column, 1) << text;
    if (!made.compiled) continue;
    ASSERT_TRUE(rendered(made, {{"a", "{{a}}"}})) << text;
  }
}

}  // namespace
}  // namespace sambung::random_template_test
