// JSON for described structs: camelCase names, and a strict reader that reports every fault with its path.
//
// Refused on input: unknown and duplicate keys, wrong types, missing required members, numbers out of range or not
// finite, NUL in text, text over the limit of its field, nesting deeper than 32. Timestamps are ISO 8601 strings, ids
// are canonical UUID text, enums are the names of their enumerators, binaries are base64. A std::variant of described
// structs, each with a `static constexpr std::string_view type_name`, carries that name as "type". A
// boost::json::object member is opaque.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace sambung {

struct json_limits {
  std::size_t max_bytes = 1'048'576;
  std::size_t max_depth = 32;
};

// Parses strictly: well-formed UTF-8 JSON, no duplicate keys, finite numbers, no NUL in text, nothing behind the value.
// errc::payload_too_large over max_bytes, otherwise errc::invalid_argument with every duplicate and bad value listed.
SAMBUNG_API result<boost::json::value> parse_json(std::string_view text, json_limits limits = {});

// Why `text` may not be stored or shown: not UTF-8, a NUL, or outside the field's limits. Empty when it may.
SAMBUNG_API std::optional<std::string> text_fault(std::string_view text, field const& limits);

// The same of bytes.
SAMBUNG_API std::optional<std::string> bytes_fault(binary const& bytes, field const& limits);

// Collects the issues of one input together with the path to each.
class SAMBUNG_API json_reader {
 public:
  // An issue at the present path. Past 100 issues the rest is only counted.
  void fault(std::string message);

  bool failed() const { return !issues_.empty(); }
  failure why() const;

  // Runs `f` one step deeper in the path.
  template <class F>
  void inside(std::string_view key, F&& f) {
    auto const size = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += key;
    f();
    path_.resize(size);
  }
  template <class F>
  void inside(std::size_t position, F&& f) {
    auto const size = path_.size();
    path_ += '[' + std::to_string(position) + ']';
    f();
    path_.resize(size);
  }

  // The object that `in` must be; a fault and null otherwise.
  boost::json::object const* object(boost::json::value const& in);
  void read(boost::json::value const& in, bool& out);
  void read(boost::json::value const& in, std::int64_t& out, field const& limits);
  void read(boost::json::value const& in, double& out);
  void read(boost::json::value const& in, std::string& out, field const& limits);
  void read(boost::json::value const& in, binary& out, field const& limits);
  void read(boost::json::value const& in, timestamp& out);
  void read(boost::json::value const& in, uuid& out);

  // The same faults for values that are no JSON: false when there was one.
  bool check(std::int64_t in, field const& limits);
  bool check(double in);
  bool check(std::string_view in, field const& limits);
  bool check(binary const& in, field const& limits);
  bool check(timestamp in);
  // Checks every text inside an opaque value.
  void check_opaque(boost::json::value const& in, field const& limits);

 private:
  bool refuse(std::string message);

  std::string path_;
  std::vector<issue> issues_;
};

// Collects where timestamps are, for wires that mark them (oRPC's meta).
class SAMBUNG_API json_writer {
 public:
  // Runs `f` one step deeper in the path. The key must live as long.
  template <class F>
  void inside(std::variant<std::string_view, std::size_t> step, F&& f) {
    place const here(*this, step);
    f();
  }
  void note_timestamp();
  // One array of keys and positions for each timestamp written.
  boost::json::array const& timestamps() const { return timestamps_; }

 private:
  struct place {
    place(json_writer& in, std::variant<std::string_view, std::size_t> step_)
        : writer(in), step(step_), outer(in.innermost_) {
      writer.innermost_ = this;
    }
    ~place() { writer.innermost_ = outer; }

    json_writer& writer;
    std::variant<std::string_view, std::size_t> step;
    place const* outer;
  };

  place const* innermost_ = nullptr;  // each in the frame of its inside()
  boost::json::array timestamps_;
};

namespace detail {

inline field const any_text{};

template <class T>
struct is_variant : std::false_type {};
template <class... T>
struct is_variant<std::variant<T...>> : std::true_type {};

template <class T>
concept described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
boost::json::value write_json(T const& in, json_writer& out);
template <class T>
void append_value(std::string& text, T const& in, json_writer& out);
template <class T>
void read_json(boost::json::value const& in, T& out, field const& limits, json_reader& reader);
template <class T>
void check_value(T const& in, field const& limits, json_reader& reader);

template <class R>
void write_members(R const& in, boost::json::object& object, json_writer& out) {
  auto const& fields = description_of<R>().fields;
  object.reserve(object.size() + fields.size());
  for_each_member<R>([&](auto member, std::size_t i) {
    if (fields[i].internal) return;
    out.inside(std::string_view(fields[i].json_name),
               [&] { object.emplace(fields[i].json_name, write_json(in.*member.pointer, out)); });
  });
}

template <class T>
boost::json::value write_json(T const& in, json_writer& out) {
  if constexpr (is_optional<T>::value) {
    return in ? write_json(*in, out) : boost::json::value(nullptr);
  } else if constexpr (std::is_enum_v<T>) {
    return boost::json::value(boost::describe::enum_to_string(in, "unknown"));
  } else if constexpr (is_typed_id<T>::value || std::is_same_v<T, uuid>) {
    return boost::json::value(to_string(in));
  } else if constexpr (std::is_same_v<T, timestamp>) {
    out.note_timestamp();
    return boost::json::value(to_iso8601(in));
  } else if constexpr (std::is_same_v<T, binary>) {
    return boost::json::value(to_base64(in));
  } else if constexpr (is_vector<T>::value) {
    boost::json::array array;
    array.reserve(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) out.inside(i, [&] { array.push_back(write_json(in[i], out)); });
    return boost::json::value(std::move(array));
  } else if constexpr (is_variant<T>::value) {
    return std::visit(
        [&](auto const& alternative) {
          using alternative_type = std::remove_cvref_t<decltype(alternative)>;
          boost::json::object object;
          object.reserve(1 + description_of<alternative_type>().fields.size());
          object.emplace("type", alternative_type::type_name);
          write_members(alternative, object, out);
          return boost::json::value(std::move(object));
        },
        in);
  } else if constexpr (described<T>) {
    boost::json::object object;
    write_members(in, object, out);
    return boost::json::value(std::move(object));
  } else {
    return boost::json::value(in);
  }
}

SAMBUNG_API void append_text(std::string& text, std::string_view in);
SAMBUNG_API void append_number(std::string& text, double in);
SAMBUNG_API void append_opaque(std::string& text, boost::json::value const& in);
SAMBUNG_API void append_opaque(std::string& text, boost::json::object const& in);
// The name of a member, behind what came before it.
SAMBUNG_API void append_key(std::string& text, std::string_view name);

// The members of an object that is open.
template <class R>
void append_members(std::string& text, R const& in, json_writer& out) {
  auto const& fields = description_of<R>().fields;
  for_each_member<R>([&](auto member, std::size_t i) {
    if (fields[i].internal) return;
    append_key(text, fields[i].json_name);
    out.inside(std::string_view(fields[i].json_name), [&] { append_value(text, in.*member.pointer, out); });
  });
}

template <class T>
void append_value(std::string& text, T const& in, json_writer& out) {
  if constexpr (is_optional<T>::value) {
    if (in) append_value(text, *in, out);
    else text += "null";
  } else if constexpr (std::is_enum_v<T>) {
    append_text(text, boost::describe::enum_to_string(in, "unknown"));
  } else if constexpr (is_typed_id<T>::value || std::is_same_v<T, uuid>) {
    append_text(text, to_string(in));
  } else if constexpr (std::is_same_v<T, timestamp>) {
    out.note_timestamp();
    append_text(text, to_iso8601(in));
  } else if constexpr (std::is_same_v<T, binary>) {
    append_text(text, to_base64(in));
  } else if constexpr (std::is_same_v<T, bool>) {
    text += in ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    text += std::to_string(in);
  } else if constexpr (std::is_floating_point_v<T>) {
    append_number(text, in);
  } else if constexpr (std::is_same_v<T, std::string>) {
    append_text(text, in);
  } else if constexpr (is_vector<T>::value) {
    text += '[';
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (i > 0) text += ',';
      out.inside(i, [&] { append_value(text, in[i], out); });
    }
    text += ']';
  } else if constexpr (is_variant<T>::value) {
    std::visit(
        [&](auto const& alternative) {
          text += '{';
          append_key(text, "type");
          append_text(text, std::remove_cvref_t<decltype(alternative)>::type_name);
          append_members(text, alternative, out);
          text += '}';
        },
        in);
  } else if constexpr (described<T>) {
    text += '{';
    append_members(text, in, out);
    text += '}';
  } else {
    append_opaque(text, in);
  }
}

template <class R>
void read_members(boost::json::object const& in, R& out, std::string_view extra_key, json_reader& reader) {
  auto const& fields = description_of<R>().fields;
  auto const known = [&](std::string_view key) {
    if (key == extra_key) return true;
    for (auto const& f : fields)
      if (!f.internal && f.json_name == key) return true;
    return false;
  };
  for (auto const& item : in)
    if (!known(item.key())) reader.inside(std::string_view(item.key()), [&] { reader.fault("unknown field"); });
  for_each_member<R>([&](auto member, std::size_t i) {
    if (fields[i].internal) return;
    auto const found = in.find(fields[i].json_name);
    reader.inside(fields[i].json_name, [&] {
      if (found != in.end()) read_json(found->value(), out.*member.pointer, fields[i], reader);
      else if (fields[i].required) reader.fault("required");
    });
  });
}

template <class... T>
void read_variant(boost::json::value const& in, std::variant<T...>& out, json_reader& reader) {
  auto const* object = reader.object(in);
  if (!object) return;
  auto const type = object->find("type");
  if (type == object->end() || !type->value().is_string())
    return reader.inside("type", [&] { reader.fault("required: the name of the alternative"); });
  std::string_view const name = type->value().get_string();
  bool const known =
      ((name == T::type_name && (read_members(*object, out.template emplace<T>(), "type", reader), true)) || ...);
  if (!known) reader.inside("type", [&] { reader.fault("not one of the known types"); });
}

template <class T>
void read_json(boost::json::value const& in, T& out, field const& limits, json_reader& reader) {
  if constexpr (is_optional<T>::value) {
    if (in.is_null()) out.reset();
    else read_json(in, out.emplace(), limits, reader);
  } else if constexpr (std::is_enum_v<T>) {
    if (!in.is_string() || !boost::describe::enum_from_string(in.get_string().c_str(), out))
      reader.fault("not one of the known names");
  } else if constexpr (is_typed_id<T>::value) {
    reader.read(in, out.value);
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    std::int64_t wide = 0;
    field narrow = limits;
    narrow.minimum = std::max<std::int64_t>(narrow.minimum, std::numeric_limits<T>::min());
    if constexpr (sizeof(T) < sizeof(wide))
      narrow.maximum = std::min<std::int64_t>(narrow.maximum, std::numeric_limits<T>::max());
    reader.read(in, wide, narrow);
    out = static_cast<T>(wide);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, binary>) {
    reader.read(in, out, limits);
  } else if constexpr (is_vector<T>::value) {
    if (!in.is_array()) return reader.fault("must be an array");
    auto const& array = in.get_array();
    if (array.size() > limits.max_items) return reader.fault("at most " + std::to_string(limits.max_items) + " items");
    out.resize(array.size());
    for (std::size_t i = 0; i < array.size(); ++i)
      reader.inside(i, [&] { read_json(array[i], out[i], limits, reader); });
  } else if constexpr (is_variant<T>::value) {
    read_variant(in, out, reader);
  } else if constexpr (described<T>) {
    if (auto const* object = reader.object(in)) read_members(*object, out, {}, reader);
  } else if constexpr (std::is_same_v<T, boost::json::object>) {
    if (auto const* object = reader.object(in)) {
      reader.check_opaque(in, limits);
      out = *object;
    }
  } else if constexpr (std::is_same_v<T, boost::json::value>) {
    reader.check_opaque(in, limits);
    out = in;
  } else {
    reader.read(in, out);
  }
}

template <class R>
void check_members(R const& in, json_reader& reader) {
  auto const& fields = description_of<R>().fields;
  for_each_member<R>([&](auto member, std::size_t i) {
    if (fields[i].internal) return;
    reader.inside(fields[i].json_name, [&] { check_value(in.*member.pointer, fields[i], reader); });
  });
}

template <class T>
void check_value(T const& in, field const& limits, json_reader& reader) {
  if constexpr (is_optional<T>::value) {
    if (in) check_value(*in, limits, reader);
  } else if constexpr (std::is_enum_v<T>) {
    if (!boost::describe::enum_to_string(in, nullptr)) reader.fault("not one of the known names");
  } else if constexpr (is_vector<T>::value) {
    if (in.size() > limits.max_items) return reader.fault("at most " + std::to_string(limits.max_items) + " items");
    for (std::size_t i = 0; i < in.size(); ++i) reader.inside(i, [&] { check_value(in[i], limits, reader); });
  } else if constexpr (is_variant<T>::value) {
    std::visit([&](auto const& alternative) { check_members(alternative, reader); }, in);
  } else if constexpr (described<T>) {
    check_members(in, reader);
  } else if constexpr (std::is_same_v<T, boost::json::object> || std::is_same_v<T, boost::json::value>) {
    reader.check_opaque(in, limits);
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    reader.check(static_cast<std::int64_t>(in), limits);
  } else if constexpr (std::is_same_v<T, std::string>) {
    reader.check(std::string_view(in), limits);
  } else if constexpr (std::is_same_v<T, binary>) {
    reader.check(in, limits);
  } else if constexpr (std::is_floating_point_v<T> || std::is_same_v<T, timestamp>) {
    reader.check(in);
  } else {
    static_assert(std::is_same_v<T, bool> || is_typed_id<T>::value || std::is_same_v<T, uuid>);
  }
}

}  // namespace detail

// JSON of a value; internal fields are left out. `writer` learns where the timestamps are.
template <class T>
boost::json::value to_json(T const& in, json_writer& writer) {
  return detail::write_json(in, writer);
}
template <class T>
boost::json::value to_json(T const& in) {
  json_writer writer;
  return detail::write_json(in, writer);
}

// The same JSON as text, written straight behind what `text` has.
template <class T>
void append_json(std::string& text, T const& in, json_writer& writer) {
  detail::append_value(text, in, writer);
}
template <class T>
std::string to_json_text(T const& in) {
  std::string text;
  json_writer writer;
  append_json(text, in, writer);
  return text;
}

// What from_json() would find wrong with the JSON of a value: errc::invalid_argument with every issue listed.
template <class T>
result<void> validate(T const& in) {
  json_reader reader;
  detail::check_value(in, detail::any_text, reader);
  if (reader.failed()) return reader.why();
  return {};
}

// The inverse of to_json(): errc::invalid_argument with every issue listed.
template <class T>
result<T> from_json(boost::json::value const& in) {
  T out{};
  json_reader reader;
  detail::read_json(in, out, detail::any_text, reader);
  if (reader.failed()) return reader.why();
  return out;
}

// parse_json, then from_json.
template <class T>
result<T> parse_json_as(std::string_view text, json_limits limits = {}) {
  auto parsed = parse_json(text, limits);
  if (!parsed) return parsed.error();
  return from_json<T>(*parsed);
}

}  // namespace sambung
