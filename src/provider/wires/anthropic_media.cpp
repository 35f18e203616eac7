#include "provider/wires/anthropic_media.hpp"

#include "core/data_url.hpp"

#include <sambung/core/json_codec.hpp>

namespace sambung::anthropic {
namespace {

void add_base64(std::string& out, data_url url) {
  object_writer source(out);
  source.text("type", "base64");
  source.text("media_type", url.media_type);
  source.text("data", base64_of(std::move(url)));
  source.end();
}

void add_plain(std::string& out, std::string_view text) {
  object_writer source(out);
  source.text("type", "text");
  source.text("media_type", "text/plain");
  source.text("data", text);
  source.end();
}

void add_url(std::string& out, std::string_view url) {
  object_writer source(out);
  source.text("type", "url");
  source.text("url", url);
  source.end();
}

char const* add_image(array_writer& blocks, image_part const& image) {
  auto url = parse_data_url(image.url);
  if (url && !url->media_type.starts_with("image/")) return "Anthropic's API takes no such image";
  object_writer block(blocks.next());
  block.text("type", "image");
  if (url) add_base64(block.key("source"), std::move(*url));
  else add_url(block.key("source"), image.url);
  block.end();
  return nullptr;
}

char const* add_file(array_writer& blocks, file_part const& file) {
  if (file.url.empty()) return "a file that another vendor holds cannot be sent";
  auto url = parse_data_url(file.url);
  bool const pdf = url && url->media_type == "application/pdf";
  bool const text = url && url->media_type.starts_with("text/");
  if (url && !pdf && !text) return "Anthropic's API takes no files but PDF and text";
  auto const content = text ? bytes_of(*url) : std::nullopt;
  field const unlimited;
  if (text && (!content || text_fault(*content, unlimited))) return "a text file is not UTF-8";
  object_writer block(blocks.next());
  block.text("type", "document");
  auto& source = block.key("source");
  if (text) add_plain(source, *content);
  else if (pdf) add_base64(source, std::move(*url));
  else add_url(source, file.url);
  if (!file.name.empty()) block.text("title", file.name);
  block.end();
  return nullptr;
}

}  // namespace

bool is_media(part const& p) { return std::holds_alternative<image_part>(p) || std::holds_alternative<file_part>(p); }

char const* add_media(array_writer& blocks, part const& p) {
  if (auto const* image = std::get_if<image_part>(&p)) return add_image(blocks, *image);
  if (auto const* file = std::get_if<file_part>(&p)) return add_file(blocks, *file);
  return nullptr;
}

}  // namespace sambung::anthropic
