#include "services/search/search_sources.hpp"

#include <sambung/records/message_text.hpp>
#include <sambung/storage/snippet.hpp>

#include "services/base/row_key.hpp"
#include "services/turns/message_texts.hpp"

#include <algorithm>

namespace sambung {
namespace {

constexpr auto time_column = "created_at";
constexpr std::size_t newest_looked_at = 50;

bool has_column(record_description const& table, std::string_view name, column_type type) {
  auto const at = table.position(name);
  return at && table.fields[*at].type == type;
}

// Whether each of its rows is a user's, and they can be told in the order of their keys.
bool is_searched(record_description const& table) {
  return table.scope == table_scope::tenant && !table.search.empty() &&
         table.fields.front().type == column_type::uuid && table.ownership.kind == owner_kind::user &&
         table.ownership.owned_when.column.empty();
}

bool is_asked(search_kind kind, search_request const& what) {
  return what.kinds.empty() || std::ranges::find(what.kinds, kind) != what.kinds.end();
}

text_query within(text_query q, search_request const& what) {
  if (what.since) q = std::move(q).where({time_column, comparison::greater_equal, detail::to_value(*what.since)});
  if (what.until) q = std::move(q).where({time_column, comparison::less, detail::to_value(*what.until)});
  return q;
}

text_query owned_with(record_description const& table, user_id owner, std::string const& text) {
  return text_query(table.table, text).where({table.ownership.owner, comparison::equal, detail::to_value(owner)});
}

std::string const* text_in(found_row const& found, std::string const& column) {
  return std::get_if<std::string>(&found.values[*found.source->table->position(column)]);
}

std::optional<timestamp> time_of(record_description const& table, row const& values) {
  auto const at = table.position(time_column);
  if (!at) return std::nullopt;
  auto const* since_1970 = std::get_if<std::int64_t>(&values[*at]);
  if (!since_1970) return std::nullopt;
  return timestamp(std::chrono::milliseconds(*since_1970));
}

std::vector<search_piece> pieces_of(snippet const& passage) {
  std::vector<search_piece> out;
  std::size_t at = 0;
  auto const add = [&](std::size_t end, bool is_match) {
    if (end > at) out.push_back({passage.text.substr(at, end - at), is_match});
    at = end;
  };
  for (auto const& range : passage.marked) {
    add(range.begin, false);
    add(range.end, true);
  }
  add(passage.text.size(), false);
  return out;
}

// Of messages, whose ids rise with time.
task<timestamp> time_behind(chat_access const& access, record_description const& table, uuid key) {
  auto q = query(table.table).where(table.fields.front().name, comparison::equal, key).limit(1);
  auto const newest = (co_await access.core().store->read(access.rows(), std::move(q))).value();
  auto const at = newest.items.empty() ? std::nullopt : time_of(table, newest.items.front());
  if (!at || !time_of(key)) co_return access.core().clock->now();
  co_return latest_time_up_to(message_id{key}, *at) + std::chrono::milliseconds(1);
}

// Of rows whose keys say nothing of time, as those of version 4, or an application's own: among the caller's newest by
// time, the first that is in front of the key. None: no row of the caller's is. Behind what is looked at, and where no
// index has them by time, all may be.
task<std::optional<timestamp>> newest_up_to(chat_access const& access, record_description const& table, uuid key) {
  auto q = query(table.table)
               .where(table.ownership.owner, comparison::equal, detail::to_value(access.user()))
               .order({time_column}, direction::descending)
               .limit(newest_looked_at);
  auto const now = access.core().clock->now();
  if (!check(*access.core().schema, access.rows(), q)) co_return now;
  auto const newest = (co_await access.core().store->read(access.rows(), std::move(q))).value();
  auto last = now;
  for (auto const& one : newest.items) {
    auto const id = id_of_row(one);
    if (auto const at = time_of(table, one)) last = *at + std::chrono::milliseconds(1);
    if (!id || *id <= key) co_return last;
  }
  co_return newest.more ? std::optional(last) : std::nullopt;
}

}  // namespace

std::vector<search_source> sources_of(chat_access const& access, search_request const& what) {
  std::vector<search_source> out;
  auto const owner = access.user();
  auto const& tables = *access.core().schema;
  if (is_asked(search_kind::chat, what)) {
    auto const& table = *tables.find(description_of<chat>().table);
    auto q = owned_with(table, owner, what.text).where(where(&chat::state, chat_state::active));
    out.push_back({search_kind::chat, &table, within(std::move(q), what)});
  }
  if (is_asked(search_kind::message, what))
    out.push_back({search_kind::message, tables.find(description_of<message_text>().table),
                   within(texts_with(owner, what.text), what)});
  if (!is_asked(search_kind::record, what)) return out;
  for (auto const& module : tables.modules()) {
    if (module.name() == "sambung") continue;
    for (auto const& table : module.tables()) {
      if (!is_searched(table)) continue;
      if ((what.since || what.until) && !has_column(table, time_column, column_type::timestamp)) continue;
      out.push_back({search_kind::record, &table, within(owned_with(table, owner, what.text), what)});
    }
  }
  return out;
}

task<std::optional<timestamp>> words_since(chat_access const& access, search_source const& source) {
  auto const& table = *source.table;
  auto const key = (co_await access.core().store->lacking_words(access.rows(), table.table)).value();
  if (!key) co_return std::nullopt;
  auto const* id = std::get_if<uuid>(&*key);
  if (!id) co_return access.core().clock->now();
  if (source.kind == search_kind::message) co_return co_await time_behind(access, table, *id);
  co_return co_await newest_up_to(access, table, *id);
}

std::string searched_text(found_row const& found) {
  if (found.source->kind == search_kind::message) {
    auto const* said = text_in(found, "text");
    return said ? *said : std::string();
  }
  std::string out;
  for (auto const& column : found.source->table->search)
    if (auto const* text = text_in(found, column)) out += (out.empty() ? "" : "\n") + *text;
  return out;
}

task<std::optional<chat>> hit_teller::chat_of(chat_id id) {
  for (auto const& [known, home] : chats_)
    if (known == id) co_return home;
  auto read = co_await as_result(access_.own(id));
  if (!read && read.error().code == errc::unavailable) throw error(read.error());
  auto home = read ? std::optional<chat>(std::move(*read)) : std::nullopt;
  chats_.emplace_back(id, home);
  co_return home;
}

void hit_teller::show(search_hit& hit, std::string const& text) const {
  auto const passage = make_snippet(text, what_.text);
  hit.passage = pieces_of(passage);
  hit.cut_before = passage.cut_before;
  hit.cut_after = passage.cut_after;
}

task<std::optional<search_hit>> hit_teller::tell(found_row const& found) {
  search_hit hit;
  hit.kind = found.source->kind;
  hit.id = found.key();
  hit.at = time_of(*found.source->table, found.values);
  show(hit, searched_text(found));
  if (hit.kind == search_kind::record) {
    hit.table = found.source->table->table;
    if (auto const* title = text_in(found, found.source->table->search.front())) hit.title = *title;
    co_return hit;
  }
  if (hit.kind == search_kind::chat) {
    hit.chat_id = chat_id{hit.id};
    if (auto const* title = text_in(found, "title")) hit.title = *title;
    co_return hit;
  }
  auto const said = read_row<message_text>(found.values);
  if (!said) co_return std::nullopt;
  auto const home = co_await chat_of(said->chat_id);
  if (!home) co_return std::nullopt;
  hit.title = home->title;
  hit.chat_id = said->chat_id;
  hit.message_id = said->id;
  hit.role = said->role;
  co_return hit;
}

}  // namespace sambung
