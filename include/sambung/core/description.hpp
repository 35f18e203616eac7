// What storage and codecs know of a record: its fields, indexes, references, whose its rows are, and whom their changes
// are told to. record.hpp makes it.
#pragma once

#include <sambung/core/announcement.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/ownership.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
  std::size_t max_items = 1'000;       // of a list
  std::span<char const* const> words;  // of an enum: the names of its enumerators
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

// What storage and codecs know of a record. fields.front() is the key.
struct SAMBUNG_API record_description {
  std::string table;  // plural snake_case; empty for inputs and outputs that are not stored
  table_scope scope = table_scope::tenant;
  std::vector<field> fields;
  std::vector<index> indexes;
  std::vector<std::string> search;  // text columns in the full-text index
  bool searched_by_owner = false;   // every search says whose rows it is about
  std::vector<reference> references;
  sambung::ownership ownership;
  sambung::announcement announcement;

  // The position of a column in a row; empty if there is no such column.
  std::optional<std::size_t> position(std::string_view column) const;
};

// The tag by which describe_record is found.
template <class R>
struct record_of {};

// snake_case to camelCase.
SAMBUNG_API std::string camel_case(std::string_view snake);

}  // namespace sambung
