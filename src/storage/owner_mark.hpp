// owner_mark: a word that an index holds of a row beside those of its texts, and that says whose the row is. A search
// for what is one owner's looks for it as well: so the index gives that owner's rows alone, and how often others say
// what is searched for is nothing to it.
//
// Where every search names the owner (record_description::searched_by_owner) it stands in front of each word instead:
// no two owners share an entry of the index, so nothing that others have is met even to be stepped over.
//
// It follows from the column alone, whatever a row's ownership is: rows have the same mark when they have the same
// value there, so that it never makes another hit.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/query.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::detail {

// In front of the 32 digits of the owner's id: U+E000, for private use. No word of a text has it (words.hpp), so nobody
// can search for a mark.
inline constexpr std::string_view owner_sign = "\xEE\x80\x80";

SAMBUNG_API std::string owner_mark(uuid const& owner);

// The column with the owner: owned_by's, or in a table of parts the first with a user's id. None: no row has a mark.
SAMBUNG_API field const* marked_column(record_description const& table);

// The owner whom a condition of the search names.
SAMBUNG_API std::optional<uuid> named_owner(text_query const& q, record_description const& table);

// By what an index has a row: its words, and its mark.
SAMBUNG_API std::vector<std::string> marked_words(row const& in, record_description const& table);

// By what an index has every hit: the words, and the mark of the owner whom a condition names. None without a word.
SAMBUNG_API std::vector<std::string> marked_words(text_query const& q, record_description const& table);

}  // namespace sambung::detail
