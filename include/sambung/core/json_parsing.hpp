// parse_json: strict JSON, with every fault told.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace sambung {

struct json_limits {
  std::size_t max_bytes = 1'048'576;
  std::size_t max_depth = 32;
};

// Parses strictly: well-formed UTF-8 JSON, no duplicate keys, finite numbers, no NUL in text, nothing behind the value.
// errc::payload_too_large over max_bytes, otherwise errc::invalid_argument with every duplicate and bad value listed.
SAMBUNG_API result<boost::json::value> parse_json(std::string_view text, json_limits limits = {});

}  // namespace sambung
