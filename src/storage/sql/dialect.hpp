// What differs between SQL databases, and how both spell a name.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/batch.hpp>

#include <string>
#include <string_view>

namespace sambung::sql {

class SAMBUNG_API dialect {
 public:
  virtual ~dialect() = default;
  virtual std::string placeholder(std::size_t number) const = 0;  // of parameter 1, 2, ...
  virtual std::string_view type_name(column_type type) const = 0;
};

// Takes the parameters of one statement, first to last.
class SAMBUNG_API parameter_sink {
 public:
  virtual ~parameter_sink() = default;
  virtual void put(value const& v) = 0;
  virtual void put(uuid const& id) = 0;
  virtual void put(std::int64_t number) = 0;
};

inline constexpr std::string_view tenant_column = "tenant_id";

inline bool is_tenant_table(record_description const& table) { return table.scope == table_scope::tenant; }

SAMBUNG_API std::string identifier(std::string_view name);

}  // namespace sambung::sql
