// How values become JSON: as a document, and straight as text. to_json() and to_json_text() are in json_codec.hpp.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>

#include <boost/describe/enum_to_string.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace sambung {

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

template <class T>
boost::json::value write_json(T const& in, json_writer& out);
template <class T>
void append_value(std::string& text, T const& in, json_writer& out);
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
SAMBUNG_API void append_id(std::string& text, uuid const& in);
SAMBUNG_API void append_time(std::string& text, timestamp in);
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
  } else if constexpr (is_typed_id<T>::value) {
    append_id(text, in.value);
  } else if constexpr (std::is_same_v<T, uuid>) {
    append_id(text, in);
  } else if constexpr (std::is_same_v<T, timestamp>) {
    out.note_timestamp();
    append_time(text, in);
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

}  // namespace detail

}  // namespace sambung
