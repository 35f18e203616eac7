#include "services/search/search_merge.hpp"

#include "core/base64url.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace sambung {
namespace {

// The key behind which keys up to `key`, itself among them, begin; none behind the last of all.
std::optional<uuid> up_to(uuid key) {
  for (auto byte = key.bytes.rbegin(); byte != key.bytes.rend(); ++byte)
    if (++*byte != 0) return key;
  return std::nullopt;
}

// Sources in front of the place's own have told what has its key.
text_query behind(text_query q, search_place const& place, std::size_t source) {
  auto const key = source > place.source ? up_to(place.key) : std::optional(place.key);
  return key ? std::move(q).after(value(*key)) : q;
}

bool precedes(search_place const& a, search_place const& b) {
  return a.key != b.key ? b.key < a.key : a.source < b.source;
}

[[noreturn]] void throw_foreign_cursor() {
  std::string const message = "not a cursor of this list";
  throw error(failure(errc::invalid_argument, message, {{"cursor", "unknown"}}));
}

}  // namespace

std::string to_cursor(search_place const& place) {
  return to_base64url(to_string(place.key) + '|' + std::to_string(place.source));
}

search_place search_place_of(std::string const& cursor, std::size_t sources) {
  auto const text = from_base64url(cursor);
  auto const bar = text ? text->find('|') : std::string::npos;
  if (bar == std::string::npos) throw_foreign_cursor();
  auto const key = parse_uuid(std::string_view(*text).substr(0, bar));
  search_place place;
  auto const* const end = text->data() + text->size();
  auto const [read, wrong] = std::from_chars(text->data() + bar + 1, end, place.source);
  if (!key || wrong != std::errc() || read != end || place.source >= sources) throw_foreign_cursor();
  place.key = *key;
  return place;
}

task<merged_rows> merged_rows_of(chat_access const& access, std::vector<search_source> const& sources,
                                 std::optional<search_place> after, std::size_t limit) {
  struct placed {
    search_place at;
    row values;
  };
  std::vector<placed> found;
  std::optional<search_place> horizon;  // nothing behind it is known of some source
  for (std::size_t i = 0; i < sources.size(); ++i) {
    auto q = sources[i].asked;
    if (after) q = behind(std::move(q), *after, i);
    q = std::move(q).limit(limit);
    auto hits = (co_await access.core().store->search(access.rows(), std::move(q))).value();
    for (auto& values : hits.items) {
      search_place const at{std::get<uuid>(values.front()), i};
      found.push_back({at, std::move(values)});
    }
    if (!hits.more) continue;
    if (!horizon || precedes(found.back().at, *horizon)) horizon = found.back().at;
  }
  std::ranges::sort(found, [](placed const& a, placed const& b) { return precedes(a.at, b.at); });
  auto known = found.size();
  if (horizon)
    while (precedes(*horizon, found[known - 1].at)) --known;
  auto const given = std::min(known, limit);
  merged_rows out;
  for (std::size_t i = 0; i < given; ++i)
    out.items.push_back({&sources[found[i].at.source], std::move(found[i].values)});
  if (given > 0 && (given < found.size() || horizon)) out.next = found[given - 1].at;
  co_return out;
}

}  // namespace sambung
