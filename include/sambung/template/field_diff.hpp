#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>

namespace sambung {

// One field that differs.
struct field_change {
  std::string path;                          // "config.temperature", "variables.topic.type"
  std::optional<boost::json::value> before;  // none: it was not there
  std::optional<boost::json::value> after;   // none: it is there no more
  friend bool operator==(field_change const&, field_change const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(field_change, (), (path, before, after))

// Every field in which two objects differ, in the order of `before`, then what is new; objects inside are compared by
// their fields, everything else as a whole. `path` stands before each.
SAMBUNG_API std::vector<field_change> field_diff(boost::json::object const& before, boost::json::object const& after,
                                                 std::string const& path = {});

}  // namespace sambung
