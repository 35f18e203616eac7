#include <sambung/services/search/search.hpp>

#include "core/base64url.hpp"
#include "services/search/relevance.hpp"
#include "services/search/search_merge.hpp"
#include "services/turns/message_texts.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace sambung {

record_description describe_record(record_of<search_request>) {
  return record<search_request>()
      .text(&search_request::text, 1, max_searched_bytes)
      .items(&search_request::kinds, 3)
      .optional(&search_request::kinds)
      .optional(&search_request::order);
}

namespace {

// Rows that are ranked together have at most so many bytes, and one read more: those of an application may be large.
constexpr std::size_t max_ranked_bytes = 16 * max_read_bytes;
// So often storage is asked for them: what has to stand together may be found hardly anywhere.
constexpr int max_ranked_reads = 16;

task<void> tell_all(hit_teller& teller, std::vector<found_row> const& found, search_page& out) {
  for (auto const& one : found) {
    auto hit = co_await teller.tell(one);
    if (hit) out.items.push_back(std::move(*hit));
  }
}

task<search_page> newest(chat_access const& access, std::vector<search_source> const& sources,
                         search_request const& what, page_request const& which) {
  std::optional<search_place> after;
  if (which.cursor) after = search_place_of(*which.cursor, sources.size());
  auto found = co_await merged_rows_of(access, sources, after, which.limit);
  search_page out;
  hit_teller teller(access, what);
  co_await tell_all(teller, found.items, out);
  if (found.next) out.next_cursor = to_cursor(*found.next);
  co_return out;
}

// Of ranked hits a cursor says how many were told.
std::size_t told_before(page_request const& which) {
  if (!which.cursor) return 0;
  auto const text = from_base64url(*which.cursor);
  std::size_t told = 0;
  if (text) {
    auto const [read, wrong] = std::from_chars(text->data(), text->data() + text->size(), told);
    if (wrong == std::errc() && read == text->data() + text->size() && told <= max_ranked_hits) return told;
  }
  std::string const message = "not a cursor of this list";
  throw error(failure(errc::invalid_argument, message, {{"cursor", "unknown"}}));
}

// The newest hits, those that say it more first; equals stay as they are.
std::vector<found_row> ranked(std::vector<found_row> found, std::string const& searched) {
  std::vector<std::string> texts;
  for (auto const& one : found) texts.push_back(searched_text(one));
  auto const scores = relevance_of(texts, searched);
  std::vector<std::size_t> order(found.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return scores[i]; });
  std::vector<found_row> out;
  for (auto const i : order) out.push_back(std::move(found[i]));
  return out;
}

task<search_page> most_relevant(chat_access const& access, std::vector<search_source> const& sources,
                                search_request const& what, page_request const& which) {
  auto const told = told_before(which);
  std::vector<found_row> all;
  std::optional<search_place> after;
  std::size_t bytes = 0;
  int reads = 0;
  do {
    auto some = co_await merged_rows_of(access, sources, after, max_ranked_hits - all.size());
    for (auto& one : some.items) {
      bytes += text_bytes(one.values);
      all.push_back(std::move(one));
    }
    after = some.next;
  } while (after && all.size() < max_ranked_hits && bytes < max_ranked_bytes && ++reads < max_ranked_reads);
  search_page out;
  out.partial = after.has_value();
  all = ranked(std::move(all), what.text);
  auto const begin = std::min(told, all.size());
  auto const end = std::min(begin + which.limit, all.size());
  if (end < all.size()) out.next_cursor = to_base64url(std::to_string(end));
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(end), all.end());
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(begin));
  hit_teller teller(access, what);
  co_await tell_all(teller, all, out);
  co_return out;
}

// How far back everything is found in all of the sources, while not all is.
task<std::optional<timestamp>> indexed_since(chat_access const& access, std::vector<search_source> const& sources) {
  auto since = co_await texts_since(access.core(), access.rows());
  for (auto const& one : sources) {
    auto const words = co_await words_since(access, one);
    if (words) since = std::max(*words, since.value_or(*words));
  }
  co_return since;
}

task<search_page> search_everything(core_ptr core, principal who, search_request what, page_request which) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  validate(what).value();
  detail::check_page(which).value();
  auto const sources = sources_of(access, what);
  // Before the search, so that what is said to be found was.
  std::optional<timestamp> since;
  if (!which.cursor) since = co_await indexed_since(access, sources);
  search_page out;
  if (what.order == search_order::newest) out = co_await newest(access, sources, what, which);
  else out = co_await most_relevant(access, sources, what, which);
  out.indexed_since = since;
  co_return out;
}

}  // namespace

search::search(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<search_page> search::query(search_request what, page_request which) const {
  return search_everything(core_, who_, std::move(what), std::move(which));
}

}  // namespace sambung
