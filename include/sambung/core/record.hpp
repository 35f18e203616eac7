// Records: plain structs described once. From the description come the table, the row codec, the JSON codec, the
// validation and the schema.
//
//   struct note {
//     note_id id;
//     user_id owner_id;
//     std::string title;
//     std::int64_t revision = 0;
//   };
//   BOOST_DESCRIBE_STRUCT(note, (), (id, owner_id, title, revision))
//
//   inline auto describe_record(sambung::record_of<note>) {
//     return sambung::record<note>("notes")
//         .text(&note::title, 1, 200)
//         .index(&note::owner_id, &note::id)
//         .owned_by(&note::owner_id)
//         .announced_to(&note::owner_id);
//   }
//
// A table with a user's id in it says to whom its rows belong: owned_by, part_of or not_personal. What belongs to a
// user is erased with them and is in what they take along. announced_to says whom its changes are told.
//
// A bool, a whole or floating number, a text, an enum, an id, a timestamp and a binary are columns, which std::optional
// makes nullable. Everything else that JSON has, such as lists and described structs, is a column of JSON, which
// nothing can be compared with.
//
// The first described member is the key. describe_record is found by argument-dependent lookup; a struct without one
// is a plain input or output with default limits. A struct that inherits a described one has its members behind its
// own, with the limits they have there:
//
//   struct note_update : note_fields {
//     std::int64_t revision = 0;
//   };
//   BOOST_DESCRIBE_STRUCT(note_update, (note_fields), (revision))
#pragma once

#include <sambung/core/description.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/members.hpp>

#include <boost/describe/bases.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sambung {

template <class R>
record_description const& description_of();

namespace detail {

// Gives inherited members the limits they have where they are described.
SAMBUNG_API void adopt_fields(record_description& into, record_description const& from, std::size_t own);

template <class R>
void adopt_bases(record_description& into) {
  constexpr auto own = boost::mp11::mp_size<boost::describe::describe_members<R, boost::describe::mod_public>>::value;
  using bases = boost::describe::describe_bases<R, boost::describe::mod_public>;
  boost::mp11::mp_for_each<bases>(
      [&](auto base) { adopt_fields(into, description_of<typename decltype(base)::type>(), own); });
}

// The field that is called `name`, which is also a member of a struct that `of` inherits and may not have described.
SAMBUNG_API field& field_of(record_description& table, std::string_view name, std::string_view of);
SAMBUNG_API field const& field_of(record_description const& table, std::string_view name, std::string_view of);

SAMBUNG_API void add_index(record_description& to, std::initializer_list<std::string_view> columns, bool unique);

}  // namespace detail

// Builds the description of R; see the top of this file.
template <class R>
class record : public record_description {
 public:
  explicit record(std::string_view table_name = {}) {
    table = table_name;
    fields = detail::fields_of(detail::facts<R>);
    detail::adopt_bases<R>(*this);
  }

  // The table belongs to the system, not to a tenant.
  record& system() {
    scope = table_scope::system;
    return *this;
  }
  // Bytes of UTF-8, both ends included.
  template <class B, class M>
  record& text(M B::* member, std::size_t min_bytes, std::size_t max_bytes) {
    auto& f = at(member);
    f.min_bytes = min_bytes;
    f.max_bytes = max_bytes;
    return *this;
  }
  // The same of a binary, up to max_binary_bytes.
  template <class B, class M>
  record& bytes(M B::* member, std::size_t min_bytes, std::size_t max_bytes) {
    return text(member, min_bytes, max_bytes);
  }
  // Both ends included.
  template <class B, class M>
  record& range(M B::* member, std::int64_t minimum, std::int64_t maximum) {
    auto& f = at(member);
    f.minimum = minimum;
    f.maximum = maximum;
    return *this;
  }
  template <class B, class M>
  record& items(M B::* member, std::size_t max_items) {
    at(member).max_items = max_items;
    return *this;
  }
  // May be absent from JSON input; the member then keeps its initialiser. So may a std::optional and a list.
  template <class B, class M>
  record& optional(M B::* member) {
    at(member).required = false;
    return *this;
  }
  // May not be absent: a list whose absence would read as "none of them".
  template <class B, class M>
  record& required(M B::* member) {
    at(member).required = true;
    return *this;
  }
  // The same of every member: of options, each of which has a value to begin with.
  record& all_optional() {
    for (auto& f : fields) f.required = false;
    return *this;
  }
  // Stored, and neither shown in nor accepted from JSON.
  template <class B, class M>
  record& internal(M B::* member) {
    at(member).internal = true;
    return *this;
  }
  // What lists ask for and are ordered by, the key always last: see query for what an index covers. A list by one
  // member and without an order needs an index of it alone.
  template <class... M>
  record& index(M R::*... members) {
    detail::add_index(*this, {member_name(members)...}, false);
    return *this;
  }
  // The same, and no two rows of a tenant have equal values in all of them: errc::already_exists.
  template <class... M>
  record& unique(M R::*... members) {
    detail::add_index(*this, {member_name(members)...}, true);
    return *this;
  }
  // The member is the key of a row of that table.
  template <class B, class M>
  record& refers_to(M B::* member, std::string_view other_table) {
    references.push_back({std::string(member_name(member)), std::string(other_table)});
    return *this;
  }
  template <class... M>
  record& searchable(M R::*... members) {
    search = {std::string(member_name(members))...};
    return *this;
  }

  // Every search of the table has a condition that the column with its owner's id equals one: others are refused. The
  // index then keeps each owner's words apart, and what one costs says nothing about what others have.
  record& searched_by_owner() {
    record_description::searched_by_owner = true;
    return *this;
  }

  // A row belongs to the user in the member; to nobody without one.
  template <class B, class M>
    requires detail::is_user_id<M>
  record& owned_by(M B::* member) {
    return owner(owner_kind::user, member_name(member));
  }
  // Only a row in which `which` is `word`; the others belong to the tenant.
  template <class B, class M, class E>
    requires detail::is_user_id<M> && std::is_enum_v<E>
  record& owned_by(M B::* member, E B::* which, E word) {
    ownership.owned_when = word_of(which, word);
    return owned_by(member);
  }
  // To the user with the e-mail address in the member.
  template <class B, class M>
  record& owned_by_email(M B::* member) {
    return owner(owner_kind::email, member_name(member));
  }
  // To the user with whose id and a slash the key begins.
  record& owned_by_key() { return owner(owner_kind::key, {}); }
  // A row goes with the row of that table whose key is in the member, which may be null: children go before their
  // parents. The table stands before this one, in this module or in one before it. Of several, what is taken along has
  // the row behind the first.
  template <class B, class M>
  record& part_of(M B::* member, std::string_view parent_table) {
    ownership.parents.push_back({std::string(member_name(member)), std::string(parent_table)});
    return *this;
  }
  // Users who are named in a row are not whom it is about: it outlives them. A table of the system says why.
  record& not_personal(std::string_view why = {}) {
    ownership.personal = false;
    ownership.why = why;
    return *this;
  }
  // Rows of the system's table go with the tenant in the member.
  template <class B, class M>
  record& in_tenant(M B::* member) {
    ownership.tenant = member_name(member);
    return *this;
  }
  // What belongs to a user is not in what they take along, as a secret is not.
  record& not_exported(std::string_view why) {
    ownership.not_exported = why;
    return *this;
  }
  // What belongs to a user stays when they go.
  record& not_erased(std::string_view why) {
    ownership.not_erased = why;
    return *this;
  }
  // Taken along is only a row in which `which` is `word`.
  template <class B, class E>
    requires std::is_enum_v<E>
  record& exported_when(E B::* which, E word) {
    ownership.exported_when = word_of(which, word);
    return *this;
  }
  // Before a row goes, with what is part of it, `which` becomes `word`: from then on nobody adds to it.
  template <class B, class E>
    requires std::is_enum_v<E>
  record& closed_by(E B::* which, E word) {
    ownership.closed_by = word_of(which, word);
    return *this;
  }

  // Changes of a row are told the user in the member, if the change carries it, and whoever makes them.
  template <class B, class M>
    requires detail::is_user_id<M>
  record& announced_to(M B::* member) {
    announcement.to = audience::user;
    announcement.user = member_name(member);
    return *this;
  }
  // Everybody in the tenant.
  record& announced_to_tenant() {
    announcement.to = audience::tenant;
    return *this;
  }
  // Of a row in which `which` is `word`, everybody as well.
  template <class B, class E>
    requires std::is_enum_v<E>
  record& announced_to_tenant(E B::* which, E word) {
    announcement.shared_when = word_of(which, word);
    return *this;
  }
  // Whoever makes them: of rows that only their owner writes.
  record& announced_to_writer() {
    announcement.to = audience::writer;
    return *this;
  }
  record& not_announced(std::string_view why) {
    announcement.to = audience::nobody;
    announcement.why = why;
    return *this;
  }

 private:
  record& owner(owner_kind kind, std::string_view column) {
    ownership.kind = kind;
    ownership.owner = column;
    return *this;
  }
  template <class B, class E>
  static column_word word_of(E B::* which, E word) {
    return {std::string(member_name(which)), detail::enumerator_name(word)};
  }

  template <class B, class M>
    requires std::derived_from<R, B>
  field& at(M B::* member) {
    return detail::field_of(*this, member_name(member), detail::type_spelling<R>());
  }
};

// The description of R, made once. Thread safety: safe to call from any thread.
template <class R>
record_description const& description_of() {
  static record_description const description = [] {
    if constexpr (requires { describe_record(record_of<R>{}); }) {
      return record_description(describe_record(record_of<R>{}));
    } else {
      return record_description(record<R>());
    }
  }();
  return description;
}

}  // namespace sambung
