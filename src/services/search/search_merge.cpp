#include "services/search/search_merge.hpp"

#include "core/base64url.hpp"
#include "services/base/row_key.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <type_traits>

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

namespace asio = boost::asio;

task<rows> hits_of(std::shared_ptr<storage> store, scope who, record_description const& table, text_query q) {
  auto searching = detail::search_to_a_place(*store, who, table, std::move(q));
  co_return (co_await std::move(searching)).value();
}

// What each of them finds, in their order; they are asked side by side.
task<std::vector<rows>> hits_of_all(chat_access const& access, std::vector<search_source> const& sources,
                                    std::vector<text_query> asked) {
  auto const executor = co_await asio::this_coro::executor;
  auto const ask = [&](record_description const& table, text_query q) {
    return asio::co_spawn(executor, hits_of(access.core().store, access.rows(), table, std::move(q)),
                          asio::experimental::deferred);
  };
  std::vector<std::invoke_result_t<decltype(ask), record_description const&, text_query>> asking;
  for (std::size_t i = 0; i < asked.size(); ++i) asking.push_back(ask(*sources[i].table, std::move(asked[i])));
  auto group = asio::experimental::make_parallel_group(std::move(asking));
  auto [order, thrown, found] = co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  for (auto const& one : thrown)
    if (one) std::rethrow_exception(one);
  co_return std::vector<rows>(std::move(found));
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
  if (sources.empty()) co_return merged_rows();
  std::vector<text_query> asked;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    auto q = sources[i].asked;
    if (after) q = behind(std::move(q), *after, i);
    asked.push_back(std::move(q).limit(limit));
  }
  auto all = co_await hits_of_all(access, sources, std::move(asked));
  std::vector<placed> found;
  std::optional<search_place> horizon;  // nothing behind it is known of some source
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& hits = all[i];
    auto const last = last_id_of(hits);
    for (auto& values : hits.items)
      if (auto const id = id_of_row(values)) found.push_back({search_place{*id, i}, std::move(values)});
    if (!hits.more || !last) continue;
    search_place const reached{*last, i};
    if (!horizon || precedes(reached, *horizon)) horizon = reached;
  }
  std::ranges::sort(found, [](placed const& a, placed const& b) { return precedes(a.at, b.at); });
  auto known = found.size();
  if (horizon)
    while (known > 0 && precedes(*horizon, found[known - 1].at)) --known;
  auto const given = std::min(known, limit);
  merged_rows out;
  for (std::size_t i = 0; i < given; ++i)
    out.items.push_back({&sources[found[i].at.source], std::move(found[i].values)});
  if (given < known) out.next = found[given - 1].at;
  else if (horizon) out.next = horizon;
  co_return out;
}

}  // namespace sambung
