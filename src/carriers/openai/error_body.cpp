#include "carriers/openai/error_body.hpp"

#include "core/json_writer.hpp"

namespace sambung::openai_server {
namespace {

std::string_view error_code(errc code) {
  switch (code) {
    case errc::rate_limited:
      return "rate_limit_exceeded";
    case errc::quota_exceeded:
      return "insufficient_quota";
    case errc::unauthenticated:
      return "invalid_api_key";
    default:
      return to_string(code);
  }
}

// Empty ones are null.
void add(object_writer& object, std::string_view name, std::string_view value) {
  if (value.empty()) object.raw(name, "null");
  else object.text(name, value);
}

std::string encoded(std::string_view message, std::string_view type, std::string_view param, std::string_view code) {
  std::string out;
  object_writer body(out);
  object_writer object(body.key("error"));
  object.text("message", message);
  object.text("type", type);
  add(object, "param", param);
  add(object, "code", code);
  object.end();
  body.end();
  return out;
}

std::string_view either(std::string_view vendors, std::string_view ours) { return vendors.empty() ? ours : vendors; }

}  // namespace

std::string encode_error(failure const& why) {
  auto const issue = why.issues.empty() ? std::string_view() : std::string_view(why.issues.front().path);
  auto const& vendor = why.vendor;
  return encoded(why.message, either(vendor.type, info(why.code).openai_type), either(vendor.param, issue),
                 either(vendor.code, error_code(why.code)));
}

std::string encode_error(std::string_view code, std::string_view message) {
  return encoded(message, "invalid_request_error", {}, code);
}

}  // namespace sambung::openai_server
