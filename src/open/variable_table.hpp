// variable_table: environment variables, each described once: what people read about it, and what reads it into a T.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/open/environment.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sambung::opening {

// The items of a list with commas, without the spaces around them and without empty ones.
SAMBUNG_API std::vector<std::string> items_of(std::string_view list);

// Digits alone.
SAMBUNG_API std::optional<std::uint64_t> whole_number(std::string_view text);

// "a, b or c".
SAMBUNG_API std::string joined(std::vector<std::string_view> const& names);

// A variable of a table; with the verbs its row is written to the end.
struct variable_row : environment_variable {
  variable_row& named_also(std::string other) { return alias = std::move(other), *this; }
  variable_row& secret() { return seen = sensitivity::secret, *this; }
  // What is so without the variable, where that is no value of it.
  variable_row& or_else(std::string what) { return by_default = std::move(what), *this; }
};

// A Member is a pointer to a member of T, or a function from T& to a reference into it; what T has there by itself is
// the default. A Check says whether a value is of the form. No value is ever repeated: it may be a secret.
template <class T>
class variable_table {
 public:
  // What is wrong with a value; one text for each fault.
  using faults = std::vector<std::string>;

  template <class Take>
  variable_row& read_by(std::string name, std::string form, std::string meaning, Take take) {
    entry made;
    made.row.name = std::move(name);
    made.row.form = std::move(form);
    made.row.meaning = std::move(meaning);
    made.row.by_default = "none";
    made.read = std::move(take);
    entries_.push_back(std::move(made));
    return entries_.back().row;
  }

  // `take(T&, std::string)` keeps the value; false: it is not of the form.
  template <class Take>
  variable_row& taken_by(std::string name, std::string form, std::string meaning, Take take) {
    auto must = "must be " + form;
    return read_by(std::move(name), std::move(form), std::move(meaning),
                   [take, must = std::move(must)](T& into, std::string value) {
                     return take(into, std::move(value)) ? faults() : faults{must};
                   });
  }

  template <class Member>
  variable_row& text(std::string name, std::string form, std::string meaning, Member member,
                     bool (*check)(std::string_view) = any) {
    std::string const usual = std::invoke(member, standard_);
    auto& row =
        taken_by(std::move(name), std::move(form), std::move(meaning), [member, check](T& into, std::string value) {
          if (!check(value)) return false;
          std::invoke(member, into) = std::move(value);
          return true;
        });
    if (!usual.empty()) row.by_default = '`' + usual + '`';
    return row;
  }

  // Separated by commas.
  template <class Member>
  variable_row& list(std::string name, std::string form, std::string meaning, Member member,
                     bool (*check)(std::string_view) = any) {
    return taken_by(std::move(name), std::move(form), std::move(meaning), [member, check](T& into, std::string value) {
      auto items = items_of(value);
      for (auto const& item : items)
        if (!check(item)) return false;
      std::invoke(member, into) = std::move(items);
      return true;
    });
  }

  template <class Member>
  variable_row& number(std::string name, std::uint64_t least, std::uint64_t most, std::string meaning, Member member) {
    auto form = "a number from " + std::to_string(least) + " to " + std::to_string(most);
    auto& row = integer(std::move(name), std::move(form), std::move(meaning), least, most, member);
    row.by_default = std::to_string(std::invoke(member, standard_));
    return row;
  }

  // A std::chrono duration.
  template <class Member>
  variable_row& seconds(std::string name, std::uint64_t least, std::uint64_t most, std::string meaning, Member member) {
    auto form = "whole seconds, " + std::to_string(least) + " to " + std::to_string(most);
    auto& row = integer(std::move(name), std::move(form), std::move(meaning), least, most, member);
    auto const usual = std::chrono::duration_cast<std::chrono::seconds>(std::invoke(member, standard_));
    row.by_default = std::to_string(usual.count());
    return row;
  }

  // A described enum.
  template <class Member>
  variable_row& choice(std::string name, std::string meaning, Member member) {
    using enumerators = boost::describe::describe_enumerators<std::remove_cvref_t<std::invoke_result_t<Member, T&>>>;
    std::vector<std::string_view> names;
    boost::mp11::mp_for_each<enumerators>([&](auto one) { names.push_back(one.name); });
    auto& row = taken_by(std::move(name), joined(names), std::move(meaning), [member](T& into, std::string value) {
      return boost::describe::enum_from_string(value.c_str(), std::invoke(member, into));
    });
    row.by_default = std::string("`") + boost::describe::enum_to_string(std::invoke(member, standard_), "") + '`';
    return row;
  }

  // Reads those that are set. An issue names the variable that is wrong.
  void read(environment const& env, T& into, std::vector<issue>& issues) const {
    for (auto const& [row, read] : entries_) {
      auto const* name = &row.name;
      auto value = env(*name);
      if (!value && !row.alias.empty()) value = env(*(name = &row.alias));
      if (!value) continue;
      for (auto& fault : read(into, std::move(*value))) issues.push_back({*name, std::move(fault)});
    }
  }

  void describe(std::vector<environment_variable>& all) const {
    for (auto const& each : entries_) all.push_back(each.row);
  }

 private:
  struct entry {
    variable_row row;
    std::function<faults(T&, std::string)> read;
  };

  static bool any(std::string_view) { return true; }

  // A number, or a duration of as many seconds.
  template <class Member>
  variable_row& integer(std::string name, std::string form, std::string meaning, std::uint64_t least,
                        std::uint64_t most, Member member) {
    return taken_by(std::move(name), std::move(form), std::move(meaning), [=](T& into, std::string const& value) {
      auto& out = std::invoke(member, into);
      using number = std::remove_reference_t<decltype(out)>;
      auto const read = whole_number(value);
      if (!read || *read < least || *read > most) return false;
      if constexpr (std::is_integral_v<number>) out = static_cast<number>(*read);
      else out = std::chrono::seconds(*read);
      return true;
    });
  }

  T standard_;
  std::vector<entry> entries_;
};

}  // namespace sambung::opening
