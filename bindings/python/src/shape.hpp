// shape: what of a C++ type is known at run time: enough to make a Python value of it, to read it from one, and to
// print its description. Whoever walks them is no template; shape_of.hpp makes them.
#pragma once

#include <sambung/core/json_codec.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::python {

enum class kind {
  nothing,
  boolean,
  integer,
  real,
  text,
  bytes,
  timestamp,
  duration,
  json_value,
  json_object,
  json_array,
  secret,      // secret_string
  shown_text,  // std::string that is a secret
  id,          // typed_id, uuid
  enumeration,
  permissions,  // permission_set, as names
  structure,
  list,
  map,  // vector<pair<string, T>>
  optional,
  variant,
  cell,  // see cell.hpp
  page,
  handle
};

struct shape;

struct shape_field {
  std::string name;  // as Python has it
  std::size_t offset = 0;
  shape const* type = nullptr;
  field limits;  // its json_name, whether it is required or internal, and what a value may be
};

struct enumerator {
  std::string name;
  std::int64_t value = 0;
};

struct shape {
  kind what = kind::nothing;
  std::string name;      // of an id, an enumeration, a structure, a handle
  std::string tag;       // of an alternative: its type_name
  std::size_t size = 0;  // of an integer, a real, an enumeration: bytes
  bool is_signed = true;
  std::int64_t tick_numerator = 1;  // of a duration: ticks to seconds
  std::int64_t tick_denominator = 1;
  std::vector<enumerator> enumerators;
  std::vector<shape_field> fields;
  std::vector<shape const*> of;  // what is inside: one, or each alternative

  std::shared_ptr<void> (*make)() = nullptr;  // a value as its type begins; none where it cannot begin so
  // A list, a map, a page's items: their number, one of them, a new size. An optional: 0 or 1, what is in it, the same.
  std::size_t (*count)(void const*) = nullptr;
  void* (*at)(void*, std::size_t) = nullptr;
  void (*resize)(void*, std::size_t) = nullptr;
  // A map's key.
  std::string* (*key)(void*, std::size_t) = nullptr;
  // A variant: which alternative, and where it is; a new one of that number.
  std::size_t (*which)(void const*) = nullptr;
  void* (*alternative)(void*) = nullptr;
  void* (*become)(void*, std::size_t) = nullptr;
  std::optional<std::string>* (*cursor)(void*) = nullptr;  // a page's
  // What Python may give instead of the whole: text for it; false when it means nothing.
  bool (*from_text)(std::string_view, void*) = nullptr;
  void (*settle)(void*) = nullptr;  // after it was read
};

// What Python has otherwise of a type: specialised for it, with `static shape make()`; see own_shapes.hpp.
template <class T>
struct own_shape;

// A value whose type is known at run time.
struct erased {
  std::shared_ptr<void> value;
  shape const* type = nullptr;
};

// What a verb without a result gives.
inline erased nothing() {
  static shape const none;
  return {nullptr, &none};
}

}  // namespace sambung::python
