#include "server/http_message.hpp"

#include "rpc/orpc_wire.hpp"
#include "server/completions_wire.hpp"

namespace sambung {
namespace {

struct protocol_fault {
  int status;
  std::string_view name;
  std::string_view orpc_code;
};

constexpr protocol_fault protocol_faults[] = {
    {400, "bad_request", "BAD_REQUEST"},
    {403, "forbidden_origin", "FORBIDDEN"},
    {404, "no_such_path", "NOT_FOUND"},
    {405, "method_not_allowed", "METHOD_NOT_SUPPORTED"},
    {408, "request_timeout", "TIMEOUT"},
    {413, "payload_too_large", "PAYLOAD_TOO_LARGE"},
    {415, "unsupported_media_type", "UNSUPPORTED_MEDIA_TYPE"},
    {417, "expectation_failed", "EXPECTATION_FAILED"},
    {421, "misdirected_request", "MISDIRECTED_REQUEST"},
    {431, "header_too_large", "REQUEST_HEADER_FIELDS_TOO_LARGE"},
    {503, "unavailable", "SERVICE_UNAVAILABLE"},
};

protocol_fault const& fault_of(int status) {
  for (auto const& row : protocol_faults)
    if (row.status == status) return row;
  return protocol_faults[0];
}

void add_retry_headers(http_response& response, failure const& why) {
  if (why.retry_after) {
    auto const wait = std::max<std::int64_t>(why.retry_after->count(), 0);
    response.headers += "Retry-After: " + std::to_string((wait + 999) / 1000) + "\r\n";
    response.headers += "retry-after-ms: " + std::to_string(wait) + "\r\n";
  }
  if (openai::is_permanent(why.code)) response.headers += "x-should-retry: false\r\n";
}

}  // namespace

carrier carrier_of(std::string_view path) {
  return path.substr(0, 4) == "/v1/" || path == "/v1" ? carrier::openai : carrier::rpc;
}

http_response error_response(carrier form, failure const& why, std::string_view request_id) {
  http_response response(info(why.code).http_status);
  response.body = form == carrier::openai ? openai::encode_error(why) : orpc::encode_error(why, request_id);
  response.fault = to_string(why.code);
  if (why.code == errc::unauthenticated) response.headers += "WWW-Authenticate: Bearer\r\n";
  add_retry_headers(response, why);
  return response;
}

http_response protocol_error(carrier form, int status, std::string_view message, std::string_view request_id) {
  auto const& row = fault_of(status);
  http_response response(status);
  response.fault = row.name;
  if (form == carrier::openai) response.body = openai::encode_error(row.name, message);
  else response.body = orpc::encode_error(row.orpc_code, status, message, request_id);
  return response;
}

}  // namespace sambung
