#include "server/static_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sambung::serving {
namespace {

constexpr std::size_t max_name_bytes = 512;

constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~@+").find(c) != std::string_view::npos;
}

bool is_name_segment(std::string_view segment) {
  return !segment.empty() && segment.front() != '.' && std::ranges::all_of(segment, is_name_character);
}

constexpr std::array<std::string_view, 9> paths_of_programs{
    "/rpc", "/api", "/v1", "/ws", "/streams", "/healthz", "/readyz", "/metrics", "/openapi.json"};

// Takes the segment at the front of `path`, with the slash before it.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  auto const segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 23> media_types{{
    {"avif", "image/avif"},
    {"css", "text/css; charset=utf-8"},
    {"gif", "image/gif"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/x-icon"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"md", "text/markdown; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mp3", "audio/mpeg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"svg", "image/svg+xml"},
    {"txt", "text/plain; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
}};

}  // namespace

bool is_file_name(std::string_view name) {
  if (name.size() > max_name_bytes) return false;
  for (std::size_t begin = 0;;) {
    auto const end = std::min(name.find('/', begin), name.size());
    if (!is_name_segment(name.substr(begin, end - begin))) return false;
    if (end == name.size()) return true;
    begin = end + 1;
  }
}

bool is_page_pattern(std::string_view pattern) {
  if (pattern == "/") return true;
  if (!pattern.starts_with('/') || pattern.size() > max_name_bytes) return false;
  while (!pattern.empty()) {
    auto const segment = take_segment(pattern);
    if (segment != "*" && !is_name_segment(segment)) return false;
  }
  return true;
}

bool matches_page(std::string_view path, std::string_view pattern) {
  if (path.size() > max_name_bytes) return false;
  while (path.starts_with('/') && !pattern.empty()) {
    auto const is = take_segment(path);
    auto const must_be = take_segment(pattern);
    if (must_be == "*" ? !is_name_segment(is) : is != must_be) return false;
  }
  return path.empty() && pattern.empty();
}

bool is_for_programs(std::string_view path) {
  return std::ranges::any_of(paths_of_programs, [&](std::string_view one) {
    return path.starts_with(one) && (path.size() == one.size() || path[one.size()] == '/');
  });
}

std::string_view media_type_of(std::string_view name) {
  auto const dot = name.rfind('.');
  auto const ending = dot == name.npos ? std::string_view() : name.substr(dot + 1);
  auto const* const found = std::ranges::find(media_types, ending, [](auto const& row) { return row.first; });
  return found == media_types.end() ? "application/octet-stream" : found->second;
}

}  // namespace sambung::serving
