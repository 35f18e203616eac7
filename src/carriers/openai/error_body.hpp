// error_body: {"error": {"message", "type", "param", "code"}}, as OpenAI tells of errors.
#pragma once

#include <sambung/core/error.hpp>

#include <string>
#include <string_view>

namespace sambung::openai_server {

// In the vendor's own words where it was a vendor that refused.
std::string encode_error(failure const& why);

// The same for a fault of HTTP that no errc stands for.
std::string encode_error(std::string_view code, std::string_view message);

}  // namespace sambung::openai_server
