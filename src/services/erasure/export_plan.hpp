// export_plan: which tables a user takes along, and in which order.
#pragma once

#include "services/base/owned_rows.hpp"

namespace sambung {

// A row comes before what is part of it. Lifetime: the schema's.
class export_plan {
 public:
  explicit export_plan(schema const& s);

  table_list const& of_user() const { return of_user_; }
  table_list const& by_tenant() const { return by_tenant_; }

  // What is part of its rows, before it is part of others, and has no owner of its own.
  table_list parts(record_description const& of) const;

  // The tables of a path; throws error(errc::invalid_argument) unless each is part of the one before it.
  table_list find(std::vector<std::string> const& path) const;

  // The one behind `table`; null behind the last.
  static record_description const* behind(table_list const& all, record_description const* table);

 private:
  schema const& schema_;
  table_list of_user_;
  table_list by_tenant_;
};

}  // namespace sambung
