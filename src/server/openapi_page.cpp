#include "server/openapi_page.hpp"

#include "core/sha256.hpp"
#include "http/server/entity_tag.hpp"

#include <sambung/rpc/openapi.hpp>

#include <boost/json/serialize.hpp>

namespace sambung::serving {

http_response openapi_page::answer(procedure_registry const& of, request_head const& head) {
  std::call_once(made_, [&] {
    text_ = std::make_shared<std::string const>(boost::json::serialize(openapi_document(of)));
    etag_ = '"' + sha256_hex(*text_).substr(0, 32) + '"';
  });
  bool const known = names_tag(head.value("if-none-match"), etag_);
  http_response response(known ? 304 : 200);
  response.caching = "no-cache";
  response.headers = "ETag: " + etag_ + "\r\n";
  if (!known) response.shared = {text_, *text_};
  return response;
}

}  // namespace sambung::serving
