// C3: a template of 2 KiB with 20 variables, rendered from JSON and from values at hand, and compiled, beside copying
// the bytes of the output. One JSON line per row; a wrong output is a failure.
#include <sambung/template/compiled_template.hpp>

#include <boost/json/object.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int variables = 20;
constexpr int rounds = 9;
constexpr int renderings = 20'000;

std::string name_of(int number) { return "variable_" + std::to_string(number); }
std::string value_of(int number) { return "value number " + std::to_string(number); }

// The same text for Jinja2 and Handlebars: benchmarks/peers.
std::string text_with(std::string_view open, std::string_view close) {
  std::string text;
  for (int i = 0; i < variables; ++i) {
    text += "Answer in the way that is asked for here, and mind what was said of it before: ";
    text += std::string(open) + name_of(i) + std::string(close) + ".\n";
  }
  return text;
}

std::string expected() {
  std::string text = text_with("\x01", "\x02");
  for (int i = variables; i-- > 0;) {
    auto const mark = "\x01" + name_of(i) + "\x02";
    text.replace(text.find(mark), mark.size(), value_of(i));
  }
  return text;
}

template <class F>
double best_ns(int times, F&& once) {
  double best = 1e18;
  for (int round = 0; round < rounds; ++round) {
    auto const begin = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) once();
    std::chrono::duration<double, std::nano> const took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count() / times);
  }
  return best;
}

void require(bool fine, char const* what) {
  if (fine) return;
  std::fprintf(stderr, "wrong: %s\n", what);
  std::exit(1);
}

void keep(std::string const& text) { asm volatile("" : : "r"(text.data()) : "memory"); }

std::string copied(std::string const& text) {
  std::string copy(text.size(), '\0');
  std::memcpy(copy.data(), text.data(), text.size());
  return copy;
}

}  // namespace

int main() {
  auto const text = text_with("{{", "}}");
  std::vector<sambung::prompt_variable> declared(variables);
  boost::json::object values;
  for (int i = 0; i < variables; ++i) {
    declared[static_cast<std::size_t>(i)].name = name_of(i);
    values.emplace(name_of(i), value_of(i));
  }
  std::string_view const texts[] = {text};
  sambung::include_resolver const nothing = [](auto const&,
                                               auto const&) -> sambung::result<sambung::included_template> {
    return sambung::failure(sambung::errc::not_found, "not found");
  };
  auto const made = sambung::compile_template(texts, declared, nothing);
  require(made.compiled.has_value(), "it does not compile");
  sambung::template_built_ins const built_ins;
  auto const bound = made.compiled->bind(values, built_ins).value();
  auto const output = expected();
  require(made.compiled->render(0, bound).value() == output, "the output");

  auto const floor = best_ns(renderings, [&] { keep(copied(output)); });
  auto const at_hand = best_ns(renderings, [&] { keep(made.compiled->render(0, bound).value()); });
  auto const from_json = best_ns(renderings, [&] {
    auto const fresh = made.compiled->bind(values, built_ins);
    keep(made.compiled->render(0, fresh.value()).value());
  });
  auto const compiling = best_ns(renderings / 10, [&] {
    require(sambung::compile_template(texts, declared, nothing).compiled.has_value(), "it does not compile");
  });
  std::printf(R"({"memcpy_ns":%.1f,"at_hand_ns":%.1f,"from_json_ns":%.1f,"compile_ns":%.1f,"bytes":%zu,"variables":%d})"
              "\n",
              floor, at_hand, from_json, compiling, output.size(), variables);
}
