// JSON written straight into a string, member by member.
#pragma once

#include <sambung/core/export.hpp>

#include "core/json_text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// Lifetime: what it writes into, and `names`, outlive it.
class SAMBUNG_API object_writer {
 public:
  // With `names`, the name of every member is noted there; the texts must outlive it.
  explicit object_writer(std::string& out, std::vector<std::string_view>* names = nullptr) : out_(out), names_(names) {
    out_ += '{';
  }

  // Where the value of the member goes.
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    if (names_) names_->push_back(name);
    append_json_string(out_, name);
    return out_ += ':';
  }
  void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  void raw(std::string_view name, std::string_view value) { key(name) += value; }
  void integer(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
  void number(std::string_view name, double value) {
    std::array<char, 32> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    raw(name, {digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  void value(std::string_view name, boost::json::value const& v) { raw(name, boost::json::serialize(v)); }
  // The members of `object`, as they were given.
  void extras(std::optional<boost::json::object> const& object) {
    if (!object) return;
    for (auto const& item : *object) value(item.key(), item.value());
  }
  // Those members of `object` whose names are not noted yet.
  void rest(boost::json::object const& object) {
    for (auto const& item : object)
      if (!noted(item.key())) value(item.key(), item.value());
  }
  void end() { out_ += '}'; }

 private:
  bool noted(std::string_view name) const {
    return names_ && std::find(names_->begin(), names_->end(), name) != names_->end();
  }

  std::string& out_;
  std::vector<std::string_view>* names_;
  bool first_ = true;
};

class array_writer {
 public:
  explicit array_writer(std::string& out) : out_(out) { out_ += '['; }

  // Where the next element goes.
  std::string& next() {
    if (!first_) out_ += ',';
    first_ = false;
    return out_;
  }
  bool empty() const { return first_; }
  void end() { out_ += ']'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace sambung
