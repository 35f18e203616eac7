#include "core/storable.hpp"

#include <sambung/core/json_codec.hpp>

#include "core/json_text.hpp"

#include <cmath>
#include <limits>

namespace sambung {

namespace json = boost::json;

bool is_storable(std::string_view text) {
  static field const of_any_size = [] {
    field any;
    any.max_bytes = std::numeric_limits<std::size_t>::max();
    return any;
  }();
  return !text_fault(text, of_any_size);
}

namespace {

std::string storable(std::string_view text) {
  std::string made;
  while (!text.empty()) {
    bool const ascii = static_cast<unsigned char>(text.front()) < 0x80;
    auto const length = ascii ? std::size_t(text.front() != '\0') : json_text::utf8_length(text);
    made += length == 0 ? json_text::replacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return made;
}

void mend(json::object& object, std::size_t depth);

void mend(json::value& value, std::size_t depth) {
  if (auto* text = value.if_string()) {
    if (!is_storable(*text)) *text = storable(*text);
  } else if (value.is_double() && !std::isfinite(value.get_double())) {
    value = nullptr;
  } else if (value.is_structured() && depth == max_opaque_depth) {
    value = nullptr;
  } else if (auto* object = value.if_object()) {
    mend(*object, depth + 1);
  } else if (auto* array = value.if_array()) {
    for (auto& item : *array) mend(item, depth + 1);
  }
}

// `depth` is how many values are around its members.
void mend(json::object& object, std::size_t depth) {
  bool named_well = true;
  for (auto& item : object) {
    mend(item.value(), depth);
    named_well = named_well && is_storable(item.key());
  }
  if (named_well) return;
  json::object renamed;
  for (auto& item : object) renamed[storable(item.key())] = std::move(item.value());
  object = std::move(renamed);
}

}  // namespace

void make_storable(std::string& text) {
  if (!is_storable(text)) text = storable(text);
}

void make_storable(json::object& object) { mend(object, 1); }

void make_storable(failure& why) {
  for (auto* text :
       {&why.message, &why.request_id, &why.vendor.type, &why.vendor.code, &why.vendor.param, &why.sensitive})
    make_storable(*text);
  for (auto& one : why.issues) {
    make_storable(one.path);
    make_storable(one.message);
  }
}

}  // namespace sambung
