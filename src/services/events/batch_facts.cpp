#include "services/events/batch_facts.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/tenant.hpp>

#include "broker/topic_access.hpp"

#include <algorithm>
#include <span>

namespace sambung {
namespace {

template <class... F>
struct by_kind : F... {
  using F::operator()...;
};

template <class R>
std::string const& table_of() {
  return description_of<R>().table;
}

// A row, as far as one change tells.
class carried_row {
 public:
  carried_row(record_description const& table, change const& from) : table_(table) {
    std::visit(
        by_kind{[&](insert_row const& c) { values_ = c.values; }, [&](increment_row const& c) { values_ = c.values; },
                [&](update_row const& c) { set_ = c.set, conditions_ = c.conditions, key_ = &c.key; },
                [&](erase_row const& c) { conditions_ = c.conditions, key_ = &c.key; }, [](require_row const&) {}},
        from);
    if (!values_.empty()) key_ = &values_.front();
  }

  value const* key() const { return key_; }

  value const* at(std::string_view column) const {
    if (!values_.empty()) {
      auto const position = table_.position(column);
      return position ? &values_[*position] : nullptr;
    }
    if (column == table_.fields.front().name) return key_;
    for (auto const& one : set_)
      if (one.column == column) return &one.to;
    for (auto const& one : conditions_)
      if (one.column == column && one.op == comparison::equal) return &one.operand;
    return nullptr;
  }

  template <class T>
  std::optional<T> as(std::string_view column) const {
    auto const* found = at(column);
    auto const* value = found ? std::get_if<T>(found) : nullptr;
    return value ? std::optional(*value) : std::nullopt;
  }

  bool says(column_word const& what) const { return !what.column.empty() && as<std::string>(what.column) == what.word; }

  // Whether it says so, or that it was so before: by a condition.
  bool said(column_word const& what) const {
    return says(what) || std::ranges::any_of(conditions_, [&](condition const& one) {
             auto const* word = std::get_if<std::string>(&one.operand);
             return one.column == what.column && one.op == comparison::equal && word && *word == what.word;
           });
  }

 private:
  record_description const& table_;
  std::span<value const> values_;
  std::span<assignment const> set_;
  std::span<condition const> conditions_;
  value const* key_ = nullptr;
};

std::string const& table_in(change const& one) {
  return std::visit([](auto const& c) -> std::string const& { return c.table; }, one);
}

// Who acts, and where: of a system's batch its entry of the audit log says so.
struct acting {
  std::optional<user_id> writer;
  std::optional<tenant_id> tenant;
};

acting acting_in(scope const& who, batch const& b) {
  if (!who.is_system()) return {who.writer(), who.tenant()};
  acting found{who.writer(), std::nullopt};
  for (auto const& one : b.changes()) {
    if (table_in(one) != table_of<audit_entry>()) continue;
    carried_row const entry(description_of<audit_entry>(), one);
    if (auto const actor = entry.as<uuid>("actor_id")) found.writer = user_id{*actor};
    if (auto const home = entry.as<uuid>("tenant_id")) found.tenant = tenant_id{*home};
  }
  return found;
}

// The column with the chat that a row is, or belongs to; empty when there is none.
std::string_view chat_column(record_description const& table) {
  if (table.table == table_of<chat>()) return table.fields.front().name;
  for (auto const& parent : table.ownership.parents)
    if (parent.table == table_of<chat>()) return parent.column;
  return {};
}

// A revision alone moves on so that others are overtaken: nothing that is shown has changed.
std::optional<row_change> if_news(update_row const& one) {
  bool const only_revision = std::ranges::all_of(one.set, [](auto const& to) { return to.column == "revision"; });
  return only_revision ? std::nullopt : std::optional(row_change::updated);
}

std::optional<row_change> change_in(record_description const& table, carried_row const& row, change const& one) {
  if (row.says(table.ownership.closed_by)) return row_change::removed;
  return std::visit(by_kind{[](insert_row const&) { return std::optional(row_change::created); },
                            [](erase_row const&) { return std::optional(row_change::removed); },
                            [](require_row const&) { return std::optional<row_change>(); },
                            [](update_row const& c) { return if_news(c); },
                            [](increment_row const&) { return std::optional(row_change::updated); }},
                    one);
}

std::string text_of_key(value const& key) {
  return std::visit(
      by_kind{[](uuid const& id) { return to_string(id); }, [](std::string const& text) { return text; },
              [](std::int64_t number) { return std::to_string(number); }, [](auto const&) { return std::string(); }},
      key);
}

// Whom a row concerns. Everybody in a tenant is everybody: nobody of them is told twice.
std::set<topic> audience_of(record_description const& table, carried_row const& row, acting const& by) {
  auto const& mark = table.announcement;
  auto const& home = table.ownership.tenant;
  bool const is_users = table.scope == table_scope::system && home.empty();
  auto tenant = by.tenant;
  if (auto const carried = home.empty() ? std::nullopt : row.as<uuid>(home)) tenant = tenant_id{*carried};
  if (table.table == table_of<sambung::tenant>())
    if (auto const* own = row.key() ? std::get_if<uuid>(row.key()) : nullptr) tenant = tenant_id{*own};
  std::set<topic> whom;
  bool const shared = mark.to == audience::tenant || row.said(mark.shared_when);
  if (shared && tenant) {
    whom.insert(topic_access::tenant(*tenant));
    return whom;
  }
  auto const add = [&](user_id one) {
    whom.insert(is_users || !tenant ? topic_access::user(one) : topic_access::member(*tenant, one));
  };
  if (by.writer) add(*by.writer);
  if (mark.to == audience::user)
    if (auto const named = row.as<uuid>(mark.user)) add(user_id{*named});
  return whom;
}

// The chat of rows that do not say theirs: the one that the batch is about.
std::optional<chat_id> only_chat(std::vector<std::optional<chat_id>> const& named) {
  std::optional<chat_id> only;
  for (auto const& one : named) {
    if (one && only && *only != *one) return std::nullopt;
    if (one) only = one;
  }
  return only;
}

// Of two changes of one row.
bool merged(std::vector<batch_fact>& facts, record_changed const& next, std::set<topic> const& whom) {
  for (auto& earlier : facts) {
    auto* seen = std::get_if<record_changed>(&earlier.what);
    if (!seen || seen->id != next.id || seen->table != next.table) continue;
    bool const stays = seen->change == row_change::created && next.change == row_change::updated;
    if (!stays) seen->change = next.change;
    if (next.revision) seen->revision = next.revision;
    earlier.whom.insert(whom.begin(), whom.end());
    return true;
  }
  return false;
}

}  // namespace

batch_facts::batch_facts(schema_ref s) : schema_(std::move(s)) {
  for (auto const& module : schema_->modules())
    for (auto const& table : module.tables())
      if (table.announcement.is_told()) told_.emplace(table.table, &table);
}

record_description const* batch_facts::told(std::string_view table) const {
  auto const found = told_.find(table);
  return found == told_.end() ? nullptr : found->second;
}

bool batch_facts::any_of(batch const& b) const {
  return std::ranges::any_of(b.changes(), [&](change const& one) { return told(table_in(one)) != nullptr; });
}

std::vector<batch_fact> batch_facts::of(scope const& who, batch const& b) const {
  auto const by = acting_in(who, b);
  std::vector<batch_fact> facts;
  std::vector<std::optional<chat_id>> chats;
  for (auto const& one : b.changes()) {
    auto const* table = told(table_in(one));
    if (!table) continue;
    carried_row const row(*table, one);
    auto const kind = change_in(*table, row, one);
    auto const column = chat_column(*table);
    std::optional<chat_id> chat;
    if (auto const named = column.empty() ? std::nullopt : row.as<uuid>(column)) chat = chat_id{*named};
    chats.push_back(chat);
    auto whom = kind ? audience_of(*table, row, by) : std::set<topic>();
    if (whom.empty() || !row.key()) continue;
    if (table->table == table_of<active_turn>()) {
      if (*kind == row_change::updated) continue;
      auto const* id = std::get_if<uuid>(row.key());
      bool const begins = *kind == row_change::created;
      turn_changed turn{chat, message_id{*id}, begins ? turn_progress::started : turn_progress::finished};
      facts.push_back(batch_fact{turn, std::move(whom)});
      continue;
    }
    record_changed changed;
    changed.table = table->table;
    changed.id = text_of_key(*row.key());
    changed.revision = row.as<std::int64_t>("revision");
    changed.change = *kind;
    changed.chat_id = chat;
    if (facts.size() <= most && merged(facts, changed, whom)) continue;
    facts.push_back(batch_fact{std::move(changed), std::move(whom)});
  }
  auto const about = only_chat(chats);
  for (auto& fact : facts) {
    if (auto* turn = std::get_if<turn_changed>(&fact.what); turn && !turn->chat_id) turn->chat_id = about;
    auto* changed = std::get_if<record_changed>(&fact.what);
    if (changed && !changed->chat_id && !chat_column(*told(changed->table)).empty()) changed->chat_id = about;
  }
  return facts;
}

}  // namespace sambung
