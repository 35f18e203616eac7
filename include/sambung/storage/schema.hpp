// schema: every table a database holds, in named modules that each have a version of their own.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/storage/value.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sambung {

// One step from the version before. A new database skips the steps: it is made from the descriptions as they are.
struct add_table {
  std::string table;
};
struct add_column {
  std::string table;
  std::string column;
  // What rows that are there already get: a JSON scalar, or a JSON text for a JSON column; base64 for bytes.
  std::string initial_json = "null";
};
struct add_index {
  std::string table;
  index added;
};
// The column is described as one that may be null, and was not before.
struct allow_null {
  std::string table;
  std::string column;
};
using migration_step = std::variant<add_table, add_column, add_index, allow_null>;

struct migration {
  int version;  // the version that the steps lead to: 2, 3, ...
  std::vector<migration_step> steps;
};

// The tables of one owner: Sambung's own are the module "sambung"; an application adds its own beside it.
class SAMBUNG_API module_schema {
 public:
  explicit module_schema(std::string name);

  template <class R>
  module_schema& table() {
    tables_.push_back(description_of<R>());
    return *this;
  }
  // A table whose record is no C++ type, but one of another language or of a program's users: what is left empty of
  // json_name is made of the name. Its rows are read and written by workspace::rows().
  module_schema& table(record_description described);
  module_schema& migrate(int version, std::vector<migration_step> steps);

  std::string const& name() const { return name_; }
  int version() const { return migrations_.empty() ? 1 : migrations_.back().version; }
  std::vector<record_description> const& tables() const { return tables_; }
  std::vector<migration> const& migrations() const { return migrations_; }

 private:
  std::string name_;
  std::vector<record_description> tables_;
  std::vector<migration> migrations_;
};

// All modules of one database.
class SAMBUNG_API schema {
 public:
  schema() = default;
  explicit schema(std::vector<module_schema> modules);  // throws error(errc::invalid_argument): see check()

  std::vector<module_schema> const& modules() const { return modules_; }

  // Null when there is no such table.
  record_description const* find(std::string_view table) const;

  // What is wrong with the descriptions; empty when all is well:
  //   tables      two of one name; a key that is not a text, a UUID or an integer; a name that is not snake_case; a
  //               field "tenant_id" in a tenant's table: storage adds that column
  //   indexes     columns that are not there, or are JSON or bytes; searchable columns that are not text
  //   references  to what is not a table before this one in the module, or from a column without an index
  //   ownership   a user's id without owned_by, part_of or not_personal; an owner, a parent or a tenant without an
  //   index
  //               that begins with it and has no nullable column behind; parts of what is not a table before this one;
  //               a reference to what goes with its owner from what does not go with it
  //   migrations  versions that do not count 2, 3, 4; steps that name what is not described, give a new column an
  //               initial value that does not fit it, or allow null where the description does not
  std::vector<issue> check() const;

 private:
  std::vector<module_schema> modules_;
};

using schema_ref = std::shared_ptr<schema const>;

}  // namespace sambung
