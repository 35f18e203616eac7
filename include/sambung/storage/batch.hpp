// batch: the unit of atomicity. Conditional row changes that happen together or not at all.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/query.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace sambung {

// A new row. errc::already_exists when its key or a unique index is taken.
struct insert_row {
  std::string table;
  row values;
};

struct assignment {
  std::string column;
  value to;
};

// Sets columns of the row with `key`, if every condition holds for what is stored now (any column may be compared).
// errc::not_found without such a row, errc::conflict when a condition fails, errc::already_exists on a unique index.
struct update_row {
  std::string table;
  value key;
  std::vector<assignment> set;
  std::vector<condition> conditions;
};

// Inserts the row or, when its key is there, adds its values in the `add` columns (integers) to the stored ones and
// leaves the others. errc::invalid_argument when a sum leaves the range of a 64-bit integer.
struct increment_row {
  std::string table;
  row values;
  std::vector<std::string> add;
};

// Removes the row with `key` if every condition holds. errc::not_found, errc::conflict as for update_row.
struct erase_row {
  std::string table;
  value key;
  std::vector<condition> conditions;
};

// Changes nothing; the batch succeeds only if the row is there and every condition holds.
struct require_row {
  std::string table;
  value key;
  std::vector<condition> conditions;
};

using change = std::variant<insert_row, update_row, increment_row, erase_row, require_row>;

namespace detail {

// g++ 12 destroys an aggregate that is made in the expression of a co_await twice. What is made of such a record may be
// put into a batch that has a name, and into no other: see docs/guides/gcc-12.md.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
template <class R>
inline constexpr bool destroyed_twice = std::is_aggregate_v<R> && !std::is_trivially_destructible_v<R>;
#else
template <class R>
inline constexpr bool destroyed_twice = false;
#endif

struct change_of_temporary : change {
  SAMBUNG_API explicit change_of_temporary(change made);
};

template <class C>
constexpr void refuse_temporary() {
  static_assert(!std::is_same_v<C, change_of_temporary>,
                "give the record a name first: g++ 12 destroys it twice beside a co_await");
}

}  // namespace detail

// The most changes one batch may hold; the most bytes of values.
inline constexpr std::size_t max_batch_changes = 10'000;
inline constexpr std::size_t max_batch_bytes = 64 * 1'048'576;

// Which change of a batch; what batch::put() gives.
class SAMBUNG_API batch_place {
 public:
  explicit batch_place(std::size_t position) : position_(position) {}

  // Whether a write of the batch failed because of this change.
  bool failed(failure const& why) const;

 private:
  std::size_t position_;
};

// Changes are applied in order; a later one sees the earlier ones. When one fails none happened, and
// failure::issues.front().path is "changes[i]". Of an errc::conflict further issues name the columns whose conditions
// do not hold: "changes[i].revision".
class SAMBUNG_API batch {
 public:
  batch() = default;

  batch& add(change c) &;
  batch add(change c) &&;
  template <std::same_as<detail::change_of_temporary> C>
  batch add(C) && {
    detail::refuse_temporary<C>();
    return batch();
  }
  // For whoever asks later whether it was this one that failed.
  batch_place put(change c);

  std::vector<change> const& changes() const { return changes_; }
  bool empty() const { return changes_.empty(); }

 private:
  std::vector<change> changes_;
};

// What a batch did.
struct receipt {
  std::size_t rows = 0;  // inserted, changed or erased
};

// errc::invalid_argument (every fault listed as "changes[i]...") for unknown tables or columns, values of the wrong
// type, null where it may not be, text over its limit or with NUL, a changed key; errc::permission_denied for a table
// not of the scope's kind; errc::payload_too_large over the limits above. Every backend calls it first.
SAMBUNG_API result<void> check(schema const& s, scope const& who, batch const& b);

// The failure of change `position`, of whose columns the issues of `fault` are.
SAMBUNG_API failure change_failure(std::size_t position, failure fault);
SAMBUNG_API failure change_failure(errc code, std::size_t position, std::string message);

// errc::conflict: the conditions on these columns do not hold.
SAMBUNG_API failure unmet_conditions(std::vector<std::string> const& columns);

}  // namespace sambung
