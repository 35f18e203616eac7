// sambung_words(text, mark, columns, version): the words of one of a row's searchable columns, each behind a mark: what
// the full-text index holds. The version is that of words.hpp: where a trigger names another one, its index is made
// again. The mark says whose they are, so that no two tenants share an entry of the index: how often others say a word
// is not in the time that a search takes. Where every search names an owner it says whose of the tenant's, too.
#pragma once

#include <sqlite3.h>

namespace sambung::sql {

// Makes the function known to a connection, whose triggers call it. Gives SQLite's code.
int add_words_function(sqlite3* connection);

}  // namespace sambung::sql
