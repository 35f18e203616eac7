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
//         .owned_by(&note::owner_id);
//   }
//
// A table with a user's id in it says to whom its rows belong: owned_by, part_of or not_personal. What belongs to a
// user is erased with them and is in what they take along.
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

#include <sambung/core/binary.hpp>
#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>
#include <sambung/core/ownership.hpp>
#include <sambung/core/time.hpp>

#include <boost/describe/bases.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sambung {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // g++ 12: an enumerator of an enum class shadows nothing
enum class column_type { boolean, integer, real, text, uuid, timestamp, json, bytes };
#pragma GCC diagnostic pop

// One described member.
struct field {
  std::string name;       // the member's name, snake_case; also the column's name
  std::string json_name;  // camelCase
  column_type type = column_type::text;
  bool nullable = false;  // std::optional
  bool required = true;   // false: may be absent from JSON input and then keeps its initialiser
  bool internal = false;  // true: stored, and neither shown in nor accepted from JSON
  bool user = false;      // a user's id
  std::size_t min_bytes = 0;
  std::size_t max_bytes = 65'536;  // of UTF-8; for a list, of each text in it; of binary, max_binary_bytes at most
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  std::size_t max_items = 1'000;  // of a list
};

// Columns that are searched by prefix, in order. The key is always the last of them, implicitly.
struct index {
  std::vector<std::string> columns;
  bool unique = false;  // within a tenant; rows with a null in it never collide
  friend bool operator==(index const&, index const&) = default;
};

// A column that holds the key of a row of another table in the same tenant. Services check it by a condition in the
// same batch; behind them, a backend that can (PostgreSQL) refuses a row without its parent and the removal of a parent
// that still has children, with errc::conflict.
struct reference {
  std::string column;
  std::string table;
  friend bool operator==(reference const&, reference const&) = default;
};

// Whether a table's rows belong to one tenant each, or to the system.
enum class table_scope { tenant, system };

struct row_codec;  // storage/value.hpp

// What storage and codecs know of a record. fields.front() is the key.
struct SAMBUNG_API record_description {
  std::string table;  // plural snake_case; empty for inputs and outputs that are not stored
  table_scope scope = table_scope::tenant;
  std::vector<field> fields;
  std::vector<index> indexes;
  std::vector<std::string> search;  // text columns in the full-text index
  std::vector<reference> references;
  sambung::ownership ownership;
  row_codec const* codec = nullptr;  // of a table in a module_schema

  // The position of a column in a row; empty if there is no such column.
  std::optional<std::size_t> position(std::string_view column) const;
};

// The tag by which describe_record is found.
template <class R>
struct record_of {};

// snake_case to camelCase.
SAMBUNG_API std::string camel_case(std::string_view snake);

namespace detail {

// As the compiler spells it: typeid would need a symbol, which libraries would have to share.
template <class T>
constexpr std::string_view type_spelling() {
  std::string_view all = __PRETTY_FUNCTION__;
  all.remove_prefix(all.find("T = ") + 4);
  return all.substr(0, all.find_first_of(";]"));
}

// Throws error(errc::invalid_argument): what of that type is not described.
[[noreturn]] SAMBUNG_API void throw_undescribed(std::string_view what, std::string_view of);

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {
  using inner = T;
};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <>
struct is_vector<binary> : std::false_type {};
template <class T>
struct is_typed_id : std::false_type {};
template <class Tag>
struct is_typed_id<typed_id<Tag>> : std::true_type {};

template <class T>
inline constexpr bool is_user_id = std::is_same_v<T, user_id> || std::is_same_v<T, std::optional<user_id>>;

template <class T>
constexpr column_type column_type_of() {
  if constexpr (is_optional<T>::value) return column_type_of<typename is_optional<T>::inner>();
  else if constexpr (std::is_same_v<T, bool>) return column_type::boolean;
  else if constexpr (std::is_integral_v<T>) return column_type::integer;
  else if constexpr (std::is_floating_point_v<T>) return column_type::real;
  else if constexpr (std::is_same_v<T, std::string> || std::is_enum_v<T>) return column_type::text;
  else if constexpr (is_typed_id<T>::value || std::is_same_v<T, uuid>) return column_type::uuid;
  else if constexpr (std::is_same_v<T, timestamp>) return column_type::timestamp;
  else if constexpr (std::is_same_v<T, binary>) return column_type::bytes;
  else return column_type::json;
}

template <class R>
using all_members_of =
    boost::describe::describe_members<R, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class Member>
using is_inherited = boost::mp11::mp_bool<(Member::modifiers & boost::describe::mod_inherited) != 0>;

// A record's own members first: the first of them is its key.
template <class R>
using members_of = boost::mp11::mp_append<boost::mp11::mp_remove_if<all_members_of<R>, is_inherited>,
                                          boost::mp11::mp_copy_if<all_members_of<R>, is_inherited>>;

// Calls f(member, position) for every described member of R, in order.
template <class R, class F>
void for_each_member(F&& f) {
  std::size_t position = 0;
  boost::mp11::mp_for_each<members_of<R>>([&](auto member) { f(member, position++); });
}

template <class R>
std::vector<field> fields_of() {
  std::vector<field> fields;
  for_each_member<R>([&](auto member, std::size_t) {
    using type = std::remove_cvref_t<decltype(std::declval<R&>().*member.pointer)>;
    field f;
    f.name = member.name;
    f.json_name = camel_case(member.name);
    f.type = column_type_of<type>();
    f.nullable = is_optional<type>::value;
    f.required = !f.nullable && !is_vector<type>::value;
    f.user = is_user_id<type>;
    if (f.type == column_type::bytes) f.max_bytes = max_binary_bytes;
    fields.push_back(std::move(f));
  });
  return fields;
}

}  // namespace detail

template <class R>
record_description const& description_of();

namespace detail {

// Gives inherited members the limits they have where they are described.
template <class R>
void adopt_fields(record_description& into) {
  constexpr auto own = boost::mp11::mp_size<boost::describe::describe_members<R, boost::describe::mod_public>>::value;
  using bases = boost::describe::describe_bases<R, boost::describe::mod_public>;
  boost::mp11::mp_for_each<bases>([&](auto base) {
    for (auto const& inherited : description_of<typename decltype(base)::type>().fields)
      if (auto const at = into.position(inherited.name); at >= own) into.fields[*at] = inherited;
  });
}

}  // namespace detail

// Calls f(pointer to member) for every described integer of R, so that sums need no list of them.
template <class R, class F>
void for_each_integer(F&& f) {
  detail::for_each_member<R>([&](auto member, std::size_t) {
    using type = std::remove_cvref_t<decltype(std::declval<R&>().*member.pointer)>;
    if constexpr (std::is_integral_v<type> && !std::is_same_v<type, bool>) f(member.pointer);
  });
}

// Adds the integers of R, which both may inherit.
template <class R>
void add_integers(R& sum, std::type_identity_t<R> const& more) {
  for_each_integer<R>([&](auto member) { sum.*member += more.*member; });
}

// The name of the described member that `pointer` points to. Throws error(errc::invalid_argument) for a member that is
// not described.
template <class R, class M>
std::string_view member_name(M R::* pointer) {
  std::string_view name;
  detail::for_each_member<R>([&](auto member, std::size_t) {
    if constexpr (std::is_same_v<std::remove_cv_t<decltype(member.pointer)>, M R::*>)
      if (member.pointer == pointer) name = member.name;
  });
  if (name.empty()) detail::throw_undescribed("a member", detail::type_spelling<R>());
  return name;
}

namespace detail {

// The field of R that is called `name`, which is also a member of a struct that R inherits and may not have described.
template <class R, class Description>
auto& field_of(Description& table, std::string_view name) {
  auto const at = table.position(name);
  if (!at) throw_undescribed(name, type_spelling<R>());
  return table.fields[*at];
}

// Throws error(errc::invalid_argument) for an enumerator that is not described: it could not be read back.
template <class E>
std::string enumerator_name(E in) {
  auto const* name = boost::describe::enum_to_string(in, nullptr);
  if (!name) throw_undescribed("an enumerator", type_spelling<E>());
  return name;
}

}  // namespace detail

// Builds the description of R; see the top of this file.
template <class R>
class record : public record_description {
 public:
  explicit record(std::string table_name = {}) {
    table = std::move(table_name);
    fields = detail::fields_of<R>();
    detail::adopt_fields<R>(*this);
  }

  // The table belongs to the system, not to a tenant.
  record& system() {
    scope = table_scope::system;
    return *this;
  }
  // Bytes of UTF-8, both ends included.
  template <class B, class M>
  record& text(M B::* member, std::size_t min_bytes, std::size_t max_bytes) {
    at(member).min_bytes = min_bytes;
    at(member).max_bytes = max_bytes;
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
    at(member).minimum = minimum;
    at(member).maximum = maximum;
    return *this;
  }
  template <class B, class M>
  record& items(M B::* member, std::size_t max_items) {
    at(member).max_items = max_items;
    return *this;
  }
  // May be absent from JSON input; the member then keeps its initialiser.
  template <class B, class M>
  record& optional(M B::* member) {
    at(member).required = false;
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
  template <class... M>
  record& index(M R::*... members) {
    indexes.push_back({{std::string(member_name(members))...}, false});
    return *this;
  }
  template <class... M>
  record& unique(M R::*... members) {
    indexes.push_back({{std::string(member_name(members))...}, true});
    return *this;
  }
  // The member is the key of a row of that table.
  template <class B, class M>
  record& refers_to(M B::* member, std::string other_table) {
    references.push_back({std::string(member_name(member)), std::move(other_table)});
    return *this;
  }
  template <class... M>
  record& searchable(M R::*... members) {
    search = {std::string(member_name(members))...};
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
  record& part_of(M B::* member, std::string parent_table) {
    ownership.parents.push_back({std::string(member_name(member)), std::move(parent_table)});
    return *this;
  }
  // Users who are named in a row are not whom it is about: it outlives them. A table of the system says why.
  record& not_personal(std::string why = {}) {
    ownership.personal = false;
    ownership.why = std::move(why);
    return *this;
  }
  // Rows of the system's table go with the tenant in the member.
  template <class B, class M>
  record& in_tenant(M B::* member) {
    ownership.tenant = member_name(member);
    return *this;
  }
  // What belongs to a user is not in what they take along, as a secret is not.
  record& not_exported(std::string why) {
    ownership.not_exported = std::move(why);
    return *this;
  }
  // What belongs to a user stays when they go.
  record& not_erased(std::string why) {
    ownership.not_erased = std::move(why);
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
    return detail::field_of<R>(*this, member_name(member));
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
