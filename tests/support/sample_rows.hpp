// A row of one user's in every table whose description says that its rows have owners, made from the descriptions
// alone.
#pragma once

#include "support/desk.hpp"

#include <sambung/storage/schema.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace sambung::tests {

class sample_rows {
 public:
  struct made {
    value key;
    bool is_new = true;  // false: the engine had made it
  };

  sample_rows(desk& d, schema const& s, user_id who) : d_(d), schema_(s), who_(who) {
    email_ = *sync_wait(d.engine->users().get(who)).email;
    for (auto const& module : s.modules())
      for (auto const& table : module.tables())
        if (table.ownership.has_owner() || !table.ownership.parents.empty()) make(table);
  }

  // By table.
  std::map<std::string, made> const& rows() const { return rows_; }

  bool is_stored(std::string const& table) const { return is_stored(*schema_.find(table), rows_.at(table).key); }

 private:
  scope scope_of(record_description const& table) const {
    return table.scope == table_scope::system ? testing::system_scope() : testing::tenant_scope(d_.tenant);
  }

  bool is_stored(record_description const& table, value const& key) const {
    query q = query(table.table).where(table.fields.front().name, comparison::equal, key);
    return !sync_wait(d_.storage->read(scope_of(table), std::move(q).limit(1))).value().items.empty();
  }

  // Where the engine has made one already, as the user, that is it.
  void make(record_description const& table) {
    row one;
    for (auto const& f : table.fields) one.push_back(initial(f));
    for (std::size_t i = 0; i < one.size(); ++i) fill(table, i, one[i]);
    auto const key = one.front();
    batch b;
    b.add(insert_row{table.table, std::move(one)});
    auto const written = sync_wait(d_.storage->write(scope_of(table), std::move(b)));
    bool const was_there = !written && written.error().code == errc::already_exists;
    ASSERT_TRUE(written || was_there) << table.table << ": " << written.error().message;
    rows_[table.table] = {was_there ? key_there(table) : key, !was_there};
  }

  value key_there(record_description const& table) const {
    auto const& mark = table.ownership;
    query q = query(table.table).where(mark.owner, comparison::equal, value(who_.value));
    if (!mark.tenant.empty()) q = std::move(q).where(mark.tenant, comparison::equal, value(d_.tenant.value));
    auto const found = sync_wait(d_.storage->read(scope_of(table), std::move(q).limit(1))).value();
    return found.items.at(0).at(0);
  }

  static value initial(field const& f) {
    if (f.nullable) return {};
    switch (f.type) {
      case column_type::boolean:
        return value(false);
      case column_type::integer:
      case column_type::timestamp:
        return value(std::int64_t{0});
      case column_type::real:
        return value(0.0);
      case column_type::text:
        return value(std::string(f.words.empty() ? "" : f.words.front()));
      case column_type::uuid:
        return value(uuid());
      case column_type::json:
        return value(std::string(f.required ? "{}" : "[]"));
      case column_type::bytes:
        return value(binary());
    }
    return {};
  }

  void fill(record_description const& table, std::size_t i, value& v) {
    auto const& f = table.fields[i];
    if (i == 0) v = new_key(table);
    else if (f.type == column_type::timestamp && !f.nullable) v = value(tomorrow());
    else if (f.type == column_type::uuid && !f.nullable) v = value(d_.ids.next());
    else if (auto* text = std::get_if<std::string>(&v); text && f.type == column_type::text && text->empty())
      v = value(unique_text(f));
    else if (auto* number = std::get_if<std::int64_t>(&v); number && *number < f.minimum) v = value(f.minimum);
    if (auto const said = said_of(table, f.name)) v = *said;
  }

  // What the table's marks and references say of a column.
  std::optional<value> said_of(record_description const& table, std::string const& column) const {
    auto const& mark = table.ownership;
    if (mark.owner == column) return mark.kind == owner_kind::email ? value(email_) : value(who_.value);
    if (mark.tenant == column) return value(d_.tenant.value);
    for (auto const* word : {&mark.owned_when, &mark.exported_when})
      if (word->column == column) return value(word->word);
    for (auto const& parent : mark.parents)
      if (parent.column == column) return rows_.at(parent.table).key;
    return std::nullopt;
  }

  value new_key(record_description const& table) {
    if (table.ownership.kind == owner_kind::key) return value(to_string(who_) + "/" + to_string(d_.ids.next()));
    switch (table.fields.front().type) {
      case column_type::uuid:
        return value(d_.ids.next());
      case column_type::text:
        return value(unique_text(table.fields.front()));
      default:
        return value(std::int64_t(std::hash<uuid>{}(d_.ids.next()) >> 1));
    }
  }

  std::string unique_text(field const& f) {
    auto text = to_string(d_.ids.next());
    while (text.size() < f.min_bytes) text += text;
    return text.substr(text.size() - std::min({text.size(), f.max_bytes, std::max<std::size_t>(f.min_bytes, 36)}));
  }

  // Nothing has expired.
  static std::int64_t tomorrow() { return (system_clock()->now() + std::chrono::hours(24)).time_since_epoch().count(); }

  desk& d_;
  schema const& schema_;
  user_id who_;
  std::string email_;
  std::map<std::string, made> rows_;
};

}  // namespace sambung::tests
