// ownership: to whom the rows of a table belong. Erasing a user or a tenant and taking one's data along walk the
// descriptions by it, so that no table has to be listed a second time.
#pragma once

#include <string>
#include <vector>

namespace sambung {

// How a row names the user that it belongs to.
enum class owner_kind {
  nobody,
  user,   // a column with the user's id
  email,  // a column with the user's e-mail address
  key     // the key itself: "<user id>/..."
};

// A text column, or one of an enum, that says something by having this value; no column: nothing is said.
struct column_word {
  std::string column;
  std::string word;
};

// The row that another is part of, and with which it goes: children first.
struct row_parent {
  std::string column;  // with the parent's key; null: the row is part of nothing
  std::string table;   // the parent's
};

struct ownership {
  owner_kind kind = owner_kind::nobody;
  std::string owner;       // the column; empty for owner_kind::nobody and owner_kind::key
  column_word owned_when;  // other rows belong to the tenant
  std::vector<row_parent> parents;
  std::string tenant;         // of a system's table: the column with the tenant that its rows go with
  column_word exported_when;  // other rows are not taken along
  column_word closed_by;      // written before a row goes for good, so that nobody adds to it meanwhile
  bool personal = true;       // false: whoever is named in it is not whom it is about
  std::string why;            // it is not personal
  std::string not_exported;   // why not; empty: it is
  std::string not_erased;     // why it outlives its owner; empty: it does not

  bool has_owner() const { return kind != owner_kind::nobody; }
  bool is_marked() const { return has_owner() || !parents.empty() || !personal; }
};

}  // namespace sambung
