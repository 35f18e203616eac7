// data: URLs (RFC 2397): media and files that travel inside of a request.
#pragma once

#include <sambung/core/export.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sambung {

struct data_url {
  std::string media_type;  // without parameters, in lower case; "text/plain" when the URL names none
  std::string payload;     // percent-decoded
  bool base64 = false;     // the payload is base64
};

// Empty for any other URL, and for one that is not well-formed.
SAMBUNG_API std::optional<data_url> parse_data_url(std::string_view url);

// The data in base64. What is base64 already is given as it came.
SAMBUNG_API std::string base64_of(data_url url);

// The data itself; empty when its base64 is none.
SAMBUNG_API std::optional<std::string> bytes_of(data_url url);

}  // namespace sambung
