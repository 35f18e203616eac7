#include "server/file_response.hpp"

#include "http/server/accepted_coding.hpp"
#include "http/server/entity_tag.hpp"

namespace sambung::serving {
namespace {

constexpr std::string_view kept_for_a_year = "public, max-age=31536000, immutable";
constexpr std::string_view asked_about_each_time = "no-cache";

file_form const& form_in(shelved_file const& file, content_coding coding) {
  if (coding == content_coding::brotli) return file.brotli;
  return coding == content_coding::gzip ? file.gzip : file.plain;
}

}  // namespace

http_response file_response(std::shared_ptr<shelved_file const> file, request_head const& head,
                            std::string_view security) {
  coding_choice there;
  there.gzip = !file->gzip.etag.empty();
  there.brotli = !file->brotli.etag.empty();
  auto const coding = accepted_coding(head, there);
  auto const& form = form_in(*file, coding);
  bool const known = names_tag(head.value("if-none-match"), form.etag);
  http_response response(known ? 304 : 200);
  response.content_type = file->type;
  response.security = security;
  response.caching = file->hashed ? kept_for_a_year : asked_about_each_time;
  response.headers.append("ETag: ").append(form.etag).append("\r\n");
  if (there.gzip || there.brotli) response.headers += "Vary: Accept-Encoding\r\n";
  if (known) return response;
  if (coding != content_coding::identity)
    response.headers.append("Content-Encoding: ").append(name_of_coding(coding)).append("\r\n");
  response.shared.view = form.bytes;
  response.shared.owner = std::move(file);
  return response;
}

}  // namespace sambung::serving
