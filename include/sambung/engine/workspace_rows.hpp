// workspace_rows: an application's own rows in the tenant of a workspace, where their table is known at run time alone.
// Reached by workspace::rows().
//
//   auto notes = desk.rows("notes");
//   auto made = notes.insert(row{id, owner, text});
//   co_await notes.write(std::move(made));
//   row first = co_await notes.get(id);
//
// It is workspace_records for tables that module_schema::table(record_description) has: the same isolation, cursors,
// conflicts and errors. A row has a value for each field of the description, in their order.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>
#include <sambung/storage/batch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sambung {

namespace detail {
class own_rows;
}

// Thread safety: cheap value; safe to use from any thread. Lifetime: as for chats. Throws sambung::error as
// workspace_records does: errc::not_found, errc::conflict and errc::already_exists say what a batch failed with,
// errc::data_loss is a row that is damaged; lists leave those out and count them. The caller's role is not asked: the
// rules are the application's own.
class SAMBUNG_API workspace_rows {
 public:
  // Lives as long as this.
  record_description const& description() const { return *table_; }

  // A query of this table, newest key first.
  query all() const;
  query where(std::string column, value operand) const;

  task<row> get(value key) const;
  // The first that matches and is not damaged. What asks for rows of another table is errc::invalid_argument.
  task<row> first(query q) const;
  task<page<row>> list(query q, page_request which = page_request()) const;
  task<page<row>> search(text_query q, page_request which = page_request()) const;

  // Changes of one row of this table, each for a batch. `when` is what must hold for what is stored: errc::conflict.
  change insert(row values) const;
  change update(value key, std::vector<assignment> set, std::vector<condition> when = {}) const;
  change erase(value key, std::vector<condition> when = {}) const;
  change require(value key, std::vector<condition> when = {}) const;

  // Of whatever tables the application has: errc::invalid_argument for a change of one that it has not.
  task<receipt> write(batch b) const;
  // One change as a batch of its own.
  task<receipt> write(change c) const;

 private:
  friend class workspace;
  using core_ptr = std::shared_ptr<engine_core>;

  workspace_rows(core_ptr core, principal who, record_description const& table)
      : core_(std::move(core)), who_(std::move(who)), table_(&table) {}

  // An operation holds the engine, which holds the description.
  static result<row> readable(detail::own_rows const& in, record_description const& table, row found);
  static page<row> page_of(detail::own_rows const& in, record_description const& table, rows found,
                           std::optional<std::string> next_cursor);
  static task<row> read_one(core_ptr core, principal who, record_description const& table, query q);
  static task<row> read_first(core_ptr core, principal who, record_description const& table, query q);
  static task<page<row>> read_page(core_ptr core, principal who, record_description const& table, query q,
                                   page_request which);
  static task<page<row>> search_page(core_ptr core, principal who, record_description const& table, text_query q,
                                     page_request which);
  static task<receipt> write_batch(core_ptr core, principal who, batch b);

  detail::core_ref core_;
  principal who_;
  record_description const* table_;
};

}  // namespace sambung
