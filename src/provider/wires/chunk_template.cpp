#include "provider/wires/chunk_template.hpp"

#include "core/json_text.hpp"
#include "provider/wires/wire.hpp"

#include <boost/json/parse.hpp>

namespace sambung {
namespace {

namespace json = boost::json;

// Texts that no chunk holds by chance, for proving which members the holes of a template are.
constexpr std::string_view content_probe = "sambung-probe-content";
constexpr std::string_view padding_probe = "sambung-probe-padding";

constexpr int most_misses = 8;

// Where the text behind `"name":"` begins; npos unless that occurs exactly once.
std::size_t string_member(std::string_view chunk, std::string_view name) {
  std::string const quoted = '"' + std::string(name) + '"';
  auto const key = chunk.find(quoted);
  if (key == chunk.npos || chunk.find(quoted, key + 1) != chunk.npos) return chunk.npos;
  auto at = chunk.find_first_not_of(' ', key + quoted.size());
  if (at == chunk.npos || chunk[at] != ':') return chunk.npos;
  at = chunk.find_first_not_of(' ', at + 1);
  return at != chunk.npos && chunk[at] == '"' ? at + 1 : chunk.npos;
}

}  // namespace

std::optional<chunk_template::pattern> chunk_template::pattern::of(std::string_view chunk, std::string_view decoded) {
  pattern made;
  auto const text_at = string_member(chunk, "content");
  if (text_at == chunk.npos) return std::nullopt;
  auto const text = json_string_inside(chunk.substr(text_at));
  if (!text || unescape_json_string(*text) != decoded) return std::nullopt;
  auto after = text_at + text->size();
  auto const padding_at = string_member(chunk, "obfuscation");
  made.padded = padding_at != chunk.npos;
  if (made.padded) {
    auto const padding = padding_at > after ? json_string_inside(chunk.substr(padding_at)) : std::nullopt;
    if (!padding) return std::nullopt;
    made.between = chunk.substr(after, padding_at - after);
    after = padding_at + padding->size();
  }
  made.before = chunk.substr(0, text_at);
  made.after = chunk.substr(after);
  return made;
}

std::string chunk_template::pattern::filled(texts const& with) const {
  std::string out;
  out.reserve(before.size() + with.content.size() + between.size() + with.padding.size() + after.size());
  out.append(before).append(with.content);
  if (padded) out.append(between).append(with.padding);
  return out += after;
}

std::optional<chunk_template::texts> chunk_template::match(std::string_view chunk) const {
  if (!learnt_ || !chunk.starts_with(chunk_.before)) return std::nullopt;
  chunk.remove_prefix(chunk_.before.size());
  texts found;
  auto const text = json_string_inside(chunk);
  if (!text) return std::nullopt;
  found.content = *text;
  chunk.remove_prefix(text->size());
  if (chunk_.padded) {
    if (!chunk.starts_with(chunk_.between)) return std::nullopt;
    chunk.remove_prefix(chunk_.between.size());
    auto const padding = json_string_inside(chunk);
    if (!padding) return std::nullopt;
    found.padding = *padding;
    chunk.remove_prefix(padding->size());
  }
  if (chunk != chunk_.after) return std::nullopt;
  return found;
}

void chunk_template::learn(std::string_view chunk, std::string_view decoded, std::string_view members) {
  if (misses_ >= most_misses) return;
  ++misses_;
  learnt_ = false;
  auto of_chunk = pattern::of(chunk, decoded);
  auto of_members = members.empty() ? pattern() : pattern::of(members, decoded);
  if (!of_chunk || !of_members) return;
  chunk_ = std::move(*of_chunk);
  members_ = std::move(*of_members);
  learnt_ = proven();
}

bool chunk_template::proven() const {
  json::error_code fault;
  auto const parsed = json::parse(chunk_.filled({content_probe, padding_probe}), fault);
  if (fault || !parsed.is_object()) return false;
  auto const& chunk = parsed.get_object();
  if (chunk_.padded && wire::text_at(chunk, "obfuscation") != padding_probe) return false;
  auto const* choices = wire::array_at(chunk, "choices");
  auto const* choice = choices && choices->size() == 1 ? choices->front().if_object() : nullptr;
  auto const* delta = choice ? wire::object_at(*choice, "delta") : nullptr;
  return delta && wire::text_at(*delta, "content") == content_probe;
}

std::string chunk_template::members_with(texts const& found) const { return members_.filled(found); }

}  // namespace sambung
