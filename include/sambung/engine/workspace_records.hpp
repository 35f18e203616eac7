// workspace_records<Record>: an application's own records in the tenant of a workspace. Reached by
// workspace::records().
//
//   auto notes = desk.records<note>();
//   note first = co_await notes.get(id);
//   auto mine = co_await notes.list(notes.where(&note::owner_id, ada), page_request(20));
//
// It is collection<Record> for whoever may act in the tenant, and throws sambung::error as everything of a workspace
// does; as_result() turns an operation into one that gives a value.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>
#include <sambung/storage/collection.hpp>

#include <concepts>
#include <memory>
#include <string_view>

namespace sambung {

template <class R>
class workspace_records;
class workspace_rows;

namespace detail {

// Where the records of an application are in one tenant. Lifetime: of the engine that gave it.
class SAMBUNG_API own_rows {
 private:
  template <class R>
  friend class sambung::workspace_records;
  friend class sambung::workspace_rows;

  static task<own_rows> of(std::shared_ptr<engine_core> core, principal who);
  // Throw error(errc::invalid_argument) for rows that are asked of another table, and for a change of a table that is
  // not the application's.
  static void demand_same(std::string_view table, std::string_view asked);
  static void demand_own(engine_core const& core, batch const& changes);
  own_rows(storage& store, sambung::scope scope, damage_observer const& told)
      : store_(&store), scope_(scope), told_(&told) {}

  storage* store_;
  sambung::scope scope_;
  damage_observer const* told_;
};

}  // namespace detail

// Thread safety: cheap value; safe to use from any thread. Lifetime: as for chats. Throws sambung::error: what
// collection's verbs give, and errc::not_found or errc::permission_denied as every verb of a workspace does. The
// caller's role is not asked: the rules are the application's own.
template <class R>
class workspace_records {
 public:
  // A query of this table, newest key first.
  static query all() { return collection<R>::all(); }
  template <class B, class M>
    requires std::derived_from<R, B>
  static query where(M B::* member, std::type_identity_t<M> const& operand) {
    return collection<R>::where(member, operand);
  }

  template <class Key>
  task<R> get(Key key) const {
    return read_one(core_, who_, std::move(key));
  }
  // What asks for rows of another table is errc::invalid_argument.
  task<R> first(query q) const { return read_first(core_, who_, std::move(q)); }
  task<page<R>> list(query q, page_request which = page_request()) const {
    return read_page(core_, who_, std::move(q), std::move(which));
  }
  task<page<R>> search(text_query q, page_request which = page_request()) const {
    return search_page(core_, who_, std::move(q), std::move(which));
  }

  // Of whatever tables the application has: errc::invalid_argument for a change of one that it has not.
  task<receipt> write(batch b) const { return write_batch(core_, who_, std::move(b)); }
  // One change as a batch of its own.
  task<receipt> write(change c) const {
    batch b;
    b.add(std::move(c));
    return write_batch(core_, who_, std::move(b));
  }
  template <std::same_as<detail::change_of_temporary> C>
  task<receipt> write(C) const {
    detail::refuse_temporary<C>();
    return write(batch());
  }

 private:
  friend class workspace;
  using core_ptr = std::shared_ptr<engine_core>;

  workspace_records(core_ptr core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

  static collection<R> in(detail::own_rows const& rows) { return collection<R>(*rows.store_, rows.scope_, rows.told_); }

  template <class Key>
  static task<R> read_one(core_ptr core, principal who, Key key) {
    auto const rows = co_await detail::own_rows::of(core, who);
    auto found = co_await in(rows).get(std::move(key));
    co_return std::move(found).value();
  }
  static task<R> read_first(core_ptr core, principal who, query q) {
    detail::own_rows::demand_same(description_of<R>().table, q.table());
    auto const rows = co_await detail::own_rows::of(core, who);
    auto found = co_await in(rows).first(std::move(q));
    co_return std::move(found).value();
  }
  static task<page<R>> read_page(core_ptr core, principal who, query q, page_request which) {
    detail::own_rows::demand_same(description_of<R>().table, q.table());
    auto const rows = co_await detail::own_rows::of(core, who);
    auto found = co_await in(rows).list(std::move(q), std::move(which));
    co_return std::move(found).value();
  }
  static task<page<R>> search_page(core_ptr core, principal who, text_query q, page_request which) {
    detail::own_rows::demand_same(description_of<R>().table, q.table());
    auto const rows = co_await detail::own_rows::of(core, who);
    auto found = co_await in(rows).search(std::move(q), std::move(which));
    co_return std::move(found).value();
  }
  static task<receipt> write_batch(core_ptr core, principal who, batch b) {
    detail::own_rows::demand_own(*core, b);
    auto const rows = co_await detail::own_rows::of(core, who);
    auto done = co_await in(rows).write(std::move(b));
    co_return done.value();
  }

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
