#include "shape_of.hpp"

#include <algorithm>
#include <array>

namespace sambung::python::detail {
namespace {

// Those of Python's words that C++ lets be names.
constexpr std::array<std::string_view, 18> words{"and", "as",   "assert", "async", "await",  "def",
                                                 "del", "elif", "except", "from",  "global", "import",
                                                 "in",  "is",   "lambda", "pass",  "raise",  "with"};

std::string_view last_name(std::string_view spelling) {
  auto const colon = spelling.rfind("::");
  return colon == std::string_view::npos ? spelling : spelling.substr(colon + 2);
}

}  // namespace

std::string python_name(std::string_view name) {
  std::string plain(name);
  if (plain.ends_with('_')) plain.pop_back();
  if (std::ranges::find(words, plain) != words.end()) plain += '_';
  return plain;
}

std::string member_name(std::string_view type, std::string_view member) {
  if (type == "prompt_message" && member == "who") return "role";
  return python_name(member);
}

std::string plain_name(std::string_view spelling) { return python_name(last_name(spelling)); }

std::string id_name(std::string_view tag_spelling) {
  auto name = std::string(last_name(tag_spelling));
  if (name.ends_with("_tag")) name.resize(name.size() - 4);
  return name + "_id";
}

shape const& shape_of_shown_text() {
  static shape const shown = [] {
    shape s;
    s.what = kind::shown_text;
    return s;
  }();
  return shown;
}

// What C++ shows once, as text.
bool is_shown_secret(std::string_view type, std::string_view member) {
  return type == "issued_token" && member == "secret";
}

}  // namespace sambung::python::detail
