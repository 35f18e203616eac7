#include "services/chats/chat_search.hpp"

#include <sambung/records/message_text.hpp>

#include "services/base/row_key.hpp"
#include "services/turns/message_texts.hpp"

#include <algorithm>
#include <set>

namespace sambung {
namespace {

// In front of the message behind which chats found by messages go on; none: at the newest.
constexpr std::string_view by_message = "m.";
// How often one page asks for so many messages: most of them may be of few chats, and what has to stand together may
// be in none of them.
constexpr int max_looks = 10;
constexpr std::size_t step = 100;

std::string cursor_behind(std::optional<message_id> place) {
  return std::string(by_message) + (place ? to_string(*place) : std::string());
}

std::optional<message_id> place_in(std::string_view cursor) {
  cursor.remove_prefix(by_message.size());
  if (cursor.empty()) return std::nullopt;
  auto const parsed = parse_uuid(cursor);
  if (!parsed) throw error(failure(errc::invalid_argument, "not a cursor of this list", {{"cursor", "unknown"}}));
  return message_id{*parsed};
}

task<page<chat>> by_title(chat_access const& access, std::string const& text, page_request which) {
  text_query q(description_of<chat>().table, text);
  q = std::move(q).where(where(&chat::owner_id, access.user())).where(where(&chat::state, chat_state::active));
  co_return (co_await access.core().records<chat>(access.rows()).search(std::move(q), std::move(which))).value();
}

// Chats by the newest of their messages that has the words; those whose title has them were told before.
class message_walk {
 public:
  message_walk(chat_access const& access, std::string const& text, std::optional<message_id> place)
      : access_(access), text_(text), place_(place) {
    found_.more = true;
  }

  std::optional<message_id> place() const { return place_; }
  bool has_ended() const { return ended_; }

  // The next one; none at the end, and where enough has been looked at.
  task<std::optional<chat>> next() {
    for (;;) {
      if (at_ == found_.items.size()) {
        if (auto const id = last_id_of(found_)) place_ = message_id{*id};
        ended_ = !found_.more;
        if (ended_ || looks_++ == max_looks) co_return std::nullopt;
        found_ = co_await hits();
        at_ = 0;
        continue;
      }
      auto const& hit = found_.items[at_++];
      auto const id = id_of_row(hit);
      if (!id) continue;
      place_ = message_id{*id};
      auto home = co_await chat_told_by(hit);
      if (home) co_return home;
    }
  }

 private:
  task<rows> hits() {
    auto q = texts_with(access_.user(), text_).limit(step);
    if (place_) q = std::move(q).after(value(place_->value));
    co_return co_await found_by(std::move(q));
  }

  task<rows> found_by(text_query q) {
    auto& store = *access_.core().store;
    auto searching = detail::search_to_a_place(store, access_.rows(), description_of<message_text>(), std::move(q));
    co_return (co_await std::move(searching)).value();
  }

  task<std::optional<chat>> chat_told_by(row const& hit) {
    auto const said = read_row<message_text>(hit);
    if (!said || !seen_.insert(said->chat_id).second) co_return std::nullopt;
    auto home = co_await as_result(access_.own(said->chat_id));
    if (!home && home.error().code == errc::unavailable) throw error(home.error());
    if (!home || has_words(to_row(*home), description_of<chat>(), text_)) co_return std::nullopt;
    auto const newest = co_await newest_in(said->chat_id);
    if (newest && *newest != hit.front()) co_return std::nullopt;
    co_return std::optional<chat>(std::move(*home));
  }

  // Which of the chat's messages told of it first. None where that takes too long to find out: rather twice than not.
  task<std::optional<value>> newest_in(chat_id home) {
    auto q = texts_with(access_.user(), text_, home).limit(1);
    for (int look = 0; look < max_looks; ++look) {
      auto const found = co_await found_by(q);
      auto const whole = std::ranges::find_if(found.items, [](row const& one) { return id_of_row(one).has_value(); });
      if (whole != found.items.end()) co_return whole->front();
      if (!found.more) break;
      q = std::move(q).after(place_behind(found));
    }
    co_return std::nullopt;
  }

  chat_access const& access_;
  std::string const& text_;
  std::optional<message_id> place_;
  rows found_;  // the hits that were read last
  std::size_t at_ = 0;
  bool ended_ = false;
  int looks_ = 0;
  std::set<chat_id> seen_;
};

// Fills the page up, and says where it goes on if it does.
task<void> add_by_message(message_walk& walk, std::size_t limit, page<chat>& out) {
  while (out.items.size() < limit) {
    auto next = co_await walk.next();
    if (!next) {
      if (!walk.has_ended()) out.next_cursor = cursor_behind(walk.place());
      co_return;
    }
    out.items.push_back(std::move(*next));
  }
  auto const place = walk.place();
  auto const more = co_await walk.next();
  if (more || !walk.has_ended()) out.next_cursor = cursor_behind(place);
}

}  // namespace

task<page<chat>> find_chats(chat_access const& access, std::string const& text, page_request which) {
  auto const limit = which.limit;
  page<chat> out;
  std::optional<message_id> place;
  if (which.cursor && which.cursor->starts_with(by_message)) {
    detail::check_page(which).value();
    place = place_in(*which.cursor);
  } else {
    out = co_await by_title(access, text, std::move(which));
    if (out.next_cursor) co_return out;
  }
  message_walk walk(access, text, place);
  co_await add_by_message(walk, limit, out);
  co_return out;
}

}  // namespace sambung
