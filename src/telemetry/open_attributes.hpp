// open_attributes: the name and the attributes of a span while it is open, as they were given: in one piece of memory,
// for most spans are shown to nobody.
#pragma once

#include <sambung/telemetry/tracer.hpp>

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <string_view>
#include <variant>

namespace sambung {

// Thread safety: none.
class open_attributes {
 public:
  explicit open_attributes(std::string_view span_name);

  // One of a name that is there gets the new value; of too many it is left out.
  void set_text(std::string_view name, std::string_view text);
  // Of text that is harmless already, and may be long.
  void set_content(std::string_view name, std::string_view text);
  template <class Number>
  void set(std::string_view name, Number value) {
    if (auto* const found = find_or_add(name)) found->value = value;
  }

  // Made harmless, within what a span may show. Of names that are alike then the last value is left.
  void move_to(ended_span& what) const;

 private:
  struct place {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  using kept_value = std::variant<place, std::int64_t, double, bool>;
  struct attribute {
    place name;
    kept_value value = false;
    bool is_content = false;
  };

  attribute* find_or_add(std::string_view name);
  void set(std::string_view name, std::string_view text, bool is_content);
  place put(std::string_view text);
  void drop(place text);
  std::string_view at(place text) const { return {bytes_.data() + text.at, text.size}; }
  span_value shown(attribute const& one) const;

  boost::container::small_vector<attribute, 12> all_;
  boost::container::small_vector<char, 320> bytes_;
  place const span_name_;  // at their beginning, whatever else goes
};

}  // namespace sambung
