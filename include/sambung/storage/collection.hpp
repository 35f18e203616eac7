// collection<Record>: typed access to one table through the storage port.
//
//   collection<note> notes(*storage, scope);
//   note first = (co_await notes.get(id)).value();
//   auto mine = co_await notes.list(notes.where(&note::owner_id, ada), page_request(20));
//
// Thread safety: a collection is a cheap value; several may share one storage. Lifetime: an operation does not need the
// collection; see the constructors.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/storage/damaged_row.hpp>
#include <sambung/storage/placed_rows.hpp>
#include <sambung/storage/storage.hpp>

#include <concepts>
#include <memory>

namespace sambung {

namespace detail {
SAMBUNG_API std::string encode_cursor(row const& place, query const& q, record_description const& table);
SAMBUNG_API result<row> decode_cursor(std::string_view cursor, query const& q, record_description const& table);
// Of a search, which is ordered like a plain list; none when there is no more.
SAMBUNG_API std::optional<std::string> search_cursor(rows const& found, record_description const& table);
// The key that the cursor of a list ordered by it alone names.
SAMBUNG_API result<value> decode_key(std::string_view cursor, query const& q, record_description const& table);
SAMBUNG_API query with_page(query q, page_request const& which, std::optional<row> place);
SAMBUNG_API row place_of(row const& last, query const& q, record_description const& table);
SAMBUNG_API result<void> check_page(page_request const& which);

// One page of rows, which a collection makes records of.
struct row_page {
  rows found;
  std::optional<std::string> next_cursor;
};
// `table` is a description that lives as long as the program.
SAMBUNG_API task<result<detail::row_page>> read_row_page(std::shared_ptr<storage> store, scope who,
                                                         record_description const& table, query q, page_request which);
SAMBUNG_API task<result<detail::row_page>> search_row_page(std::shared_ptr<storage> store, scope who,
                                                           record_description const& table, text_query q,
                                                           page_request which);
SAMBUNG_API task<result<receipt>> write_batch(std::shared_ptr<storage> store, scope who, batch b);
SAMBUNG_API task<result<receipt>> write_change(std::shared_ptr<storage> store, scope who, change c);
SAMBUNG_API void tell_damaged(damage_observer const& told, scope const& who, std::string_view table, row const& in);
}  // namespace detail

// `column op operand` for a member of R.
template <class R, class M, class V>
condition where(M R::* member, comparison op, V const& operand) {
  return condition(std::string(member_name(member)), op, detail::to_value<V>(operand));
}
template <class R, class M>
condition where(M R::* member, M const& operand) {
  return where(member, comparison::equal, operand);
}
template <class R, class M>
condition where_null(M R::* member) {
  return condition(std::string(member_name(member)), comparison::is_null);
}

// Changes of one row of R, each usable as a sambung::change:
//
//   insert(note), erase<note>(id).when(&note::revision, 3), require<note>(id).when(&note::owner_id, ada)
//   update<note>(id).set(&note::title, "new").when(&note::revision, 3)
//   increment(counter, &counter::requests, &counter::tokens)
template <class R>
change insert(R const& record) {
  return insert_row{description_of<R>().table, to_row(record)};
}

template <class R>
  requires detail::destroyed_twice<R>
detail::change_of_temporary insert(R&& record) {
  return detail::change_of_temporary(insert(std::as_const(record)));
}

// Inserts the record or adds its values in the named members to the stored ones.
template <class R, class... M>
change increment(R const& record, M R::*... members) {
  return increment_row{description_of<R>().table, to_row(record), {std::string(member_name(members))...}};
}
template <class R, class... M>
  requires detail::destroyed_twice<R>
detail::change_of_temporary increment(R&& record, M R::*... members) {
  return detail::change_of_temporary(increment(std::as_const(record), members...));
}

namespace detail {

// A change that depends on the present row: update, erase, require.
template <class R, class Change>
class conditional {
 public:
  template <class Key>
  explicit conditional(Key const& key) {
    change_.table = description_of<R>().table;
    change_.key = to_value(key);
  }

  conditional when(condition c) && {
    change_.conditions.push_back(std::move(c));
    return std::move(*this);
  }
  template <class B, class M>
    requires std::derived_from<R, B>
  conditional when(M B::* member, std::type_identity_t<M> const& operand) && {
    return std::move(*this).when(where(member, comparison::equal, operand));
  }
  template <class B, class M>
  conditional set(M B::* member, std::type_identity_t<M> const& to) &&
    requires std::is_same_v<Change, update_row> && std::derived_from<R, B>
  {
    assign(member_name(member), to);
    return std::move(*this);
  }
  // Every member that R inherits of `from`.
  template <class B>
  conditional set(B const& from) &&
    requires std::is_same_v<Change, update_row> && std::derived_from<R, B>
  {
    for_each_member<B>([&](auto member, std::size_t) { assign(member.name, from.*member.pointer); });
    return std::move(*this);
  }

  operator change() && { return change(std::move(change_)); }

 private:
  template <class M>
  void assign(std::string_view name, M const& to) {
    change_.set.push_back({std::string(name), to_value(to, field_of(description_of<R>(), name, type_spelling<R>()))});
  }

  Change change_;
};

}  // namespace detail

template <class R, class Key>
detail::conditional<R, update_row> update(Key const& key) {
  return detail::conditional<R, update_row>(key);
}
template <class R, class Key>
detail::conditional<R, erase_row> erase(Key const& key) {
  return detail::conditional<R, erase_row>(key);
}
template <class R, class Key>
detail::conditional<R, require_row> require(Key const& key) {
  return detail::conditional<R, require_row>(key);
}

template <class R>
class collection {
 public:
  // Holds the storage, and so do its operations.
  collection(std::shared_ptr<storage> store, scope who) : store_(std::move(store)), who_(who) {}
  // The storage, and who is told of damaged rows, must outlive it and its operations.
  collection(storage& store, scope who, damage_observer const* told = nullptr)
      : store_(std::shared_ptr<storage>(), &store), who_(who), told_(told) {}

  // A query of this table, newest key first.
  static query all() { return query(description_of<R>().table); }
  template <class B, class M>
    requires std::derived_from<R, B>
  static query where(M B::* member, std::type_identity_t<M> const& operand) {
    return all().where(sambung::where(member, comparison::equal, operand));
  }

  // The record with this key; errc::not_found without one, errc::data_loss for one that is damaged.
  template <class Key>
  task<result<R>> get(Key key) const {
    auto const& table = description_of<R>();
    return find(*this, all().where(table.fields.front().name, comparison::equal, detail::to_value(key)).limit(1));
  }

  // The first record that matches and is not damaged; errc::not_found without one.
  task<result<R>> first(query q) const { return find_readable(*this, std::move(q)); }

  // One page, which also ends at max_read_bytes; what is damaged is left out and counted. errc::invalid_argument for a
  // cursor of another list or a limit outside 1 to max_page_size.
  task<result<page<R>>> list(query q, page_request which) const {
    return read_page(*this, std::move(q), std::move(which));
  }

  // One page of the rows that have every word; newest key first. As list; errc::invalid_argument without a text.
  task<result<page<R>>> search(text_query q, page_request which) const {
    return search_page(*this, std::move(q), std::move(which));
  }

  // The record of a row that was read from this table; errc::data_loss for a damaged one.
  result<R> record_of(row const& in) const {
    auto read = read_row<R>(in);
    if (!read && told_) detail::tell_damaged(*told_, who_, description_of<R>().table, in);
    return read;
  }
  // The records of the rows that are not damaged.
  std::vector<R> readable(rows const& found, std::size_t* damaged = nullptr) const {
    std::vector<R> read;
    for (auto const& item : found.items) {
      auto one = record_of(item);
      if (one) read.push_back(std::move(*one));
      else if (damaged) ++*damaged;
    }
    return read;
  }

  task<result<receipt>> write(batch b) const { return detail::write_batch(store_, who_, std::move(b)); }
  // One change as a batch of its own.
  task<result<receipt>> write(change c) const { return detail::write_change(store_, who_, std::move(c)); }
  template <std::same_as<detail::change_of_temporary> C>
  task<result<receipt>> write(C) const {
    detail::refuse_temporary<C>();
    return write(batch());
  }

 private:
  // An operation works on a copy of its collection.
  static task<result<R>> find(collection in, query q) {
    auto found = co_await in.store_->read(in.who_, std::move(q));
    if (!found) co_return found.error();
    if (found->items.empty()) co_return failure(errc::not_found, "not found");
    co_return in.record_of(found->items.front());
  }

  static task<result<R>> find_readable(collection in, query q) {
    for (q = std::move(q).limit(1);;) {
      auto found = co_await detail::read_to_a_place(*in.store_, in.who_, description_of<R>(), q);
      if (!found) co_return found.error();
      if (found->items.empty()) co_return failure(errc::not_found, "not found");
      auto read = in.first_readable(*found);
      if (read || !found->more) co_return read;
      row place = detail::place_of(found->items.back(), q, description_of<R>());
      q = std::move(q).after(std::move(place));
    }
  }

  result<R> first_readable(rows const& found) const {
    auto read = record_of(found.items.front());
    for (std::size_t i = 1; !read && i < found.items.size(); ++i) read = record_of(found.items[i]);
    return read;
  }

  static task<result<page<R>>> read_page(collection in, query q, page_request which) {
    auto reading = detail::read_row_page(in.store_, in.who_, description_of<R>(), std::move(q), std::move(which));
    auto const found = co_await std::move(reading);
    if (!found) co_return found.error();
    co_return in.page_of(*found);
  }

  static task<result<page<R>>> search_page(collection in, text_query q, page_request which) {
    auto reading = detail::search_row_page(in.store_, in.who_, description_of<R>(), std::move(q), std::move(which));
    auto const found = co_await std::move(reading);
    if (!found) co_return found.error();
    co_return in.page_of(*found);
  }

  page<R> page_of(detail::row_page const& read) const {
    page<R> out;
    out.items = readable(read.found, &out.damaged);
    out.next_cursor = read.next_cursor;
    return out;
  }

  std::shared_ptr<storage> store_;
  scope who_;
  damage_observer const* told_ = nullptr;
};

}  // namespace sambung
