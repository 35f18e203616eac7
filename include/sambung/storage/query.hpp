// query and text_query: what storage can be asked. One table, conjunctive conditions on indexed columns, an order, a
// place to go on from, a limit.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/storage/schema.hpp>
#include <sambung/storage/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sambung {

enum class comparison { equal, not_equal, less, less_equal, greater, greater_equal, is_null, is_not_null };

struct SAMBUNG_API condition {
  condition(std::string column_, comparison op_);
  condition(std::string column_, comparison op_, value operand_);

  std::string column;
  comparison op;
  value operand;  // ignored by is_null and is_not_null; comparing with null is otherwise never true
};

enum class direction { ascending, descending };

// The largest `limit` a backend takes.
inline constexpr std::size_t max_rows = 1'000;

// A read or a search ends behind the row with which its texts (text_bytes) reach so many bytes, whatever its limit:
// rows of megabytes are read one by one. A search for what has to stand together looks at the texts of the rows that
// have the words: of max_rows of them at most, and no further than to so many bytes of theirs.
inline constexpr std::size_t max_read_bytes = 1'048'576;

// The most bytes of text to search for.
inline constexpr std::size_t max_search_bytes = 1'024;

// Rows of one table. Valid when the key or one index covers it: its leading columns are those compared for equality
// (or is_null), in any order, then come the columns of `order` or one range condition's column; rows of a range are
// sorted when the order is another. Conditions that fix the key or a whole unique index leave one row at most: then
// every further condition is allowed. (check() decides.)
class SAMBUNG_API query {
 public:
  explicit query(std::string table);

  query where(condition c) &&;
  query where(std::string column, comparison op) &&;
  query where(std::string column, comparison op, value operand) &&;
  // The order of the rows; the key is added as the last column where it is missing. Without an order: by key.
  query order(std::vector<std::string> columns, direction d) &&;
  // Goes on behind the row that has these values in the columns of the (completed) order.
  query after(row place) &&;
  query limit(std::size_t rows) &&;

  std::string const& table() const { return table_; }
  std::vector<condition> const& conditions() const { return conditions_; }
  std::vector<std::string> const& order() const { return order_; }
  direction order_direction() const { return direction_; }
  std::optional<row> const& after() const { return after_; }
  std::size_t limit() const { return limit_; }

 private:
  std::string table_;
  std::vector<condition> conditions_;
  std::vector<std::string> order_;
  direction direction_ = direction::descending;
  std::optional<row> after_;
  std::size_t limit_ = 100;
};

// Rows whose searchable columns have every word of `text`, newest key first. A word is a run of letters and digits;
// case, accents and compatible forms are ignored (É, É and e; ß and ss; ﬁ and fi; wide and narrow letters). Words in
// quotation marks have to stand one behind the other. All else in `text`, operators too, only separates words. No word:
// no rows. In scripts without spaces between words (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) what stands
// together is found anywhere in a text, as it stands. Conditions here need no index: they narrow the hits.
class SAMBUNG_API text_query {
 public:
  text_query(std::string table, std::string text);

  text_query where(condition c) &&;
  // Goes on behind the row with this key.
  text_query after(value key) &&;
  text_query limit(std::size_t rows) &&;

  std::string const& table() const { return table_; }
  std::string const& text() const { return text_; }
  std::vector<condition> const& conditions() const { return conditions_; }
  std::optional<value> const& after() const { return after_; }
  std::size_t limit() const { return limit_; }

 private:
  std::string table_;
  std::string text_;
  std::vector<condition> conditions_;
  std::optional<value> after_;
  std::size_t limit_ = 100;
};

// What a read or a search found, in order.
struct rows {
  std::vector<row> items;
  bool more = false;  // rows follow behind the last one: there were more than the limit, or max_read_bytes were reached
  // Of a search for what has to stand together, when there may be more: the key up to which rows were looked at. It may
  // have found none so far.
  std::optional<value> place;
};

// The key behind which a search that found `more` goes on.
SAMBUNG_API value const& place_behind(rows const& found);

// The order columns of `q`, the key added at the end where it is missing.
SAMBUNG_API std::vector<std::string> completed_order(query const& q, record_description const& table);

// errc::invalid_argument when `q` names an unknown table or column, compares with a value of the wrong type, JSON or
// bytes, is not covered by an index, orders by a nullable column, or has a limit outside 1 to max_rows;
// errc::permission_denied when the table is not of the scope's kind. Every backend calls it first, so all refuse alike.
class scope;
SAMBUNG_API result<record_description const*> check(schema const& s, scope const& who, query const& q);
SAMBUNG_API result<record_description const*> check(schema const& s, scope const& who, text_query const& q);

// The same for storage::lacking_words().
SAMBUNG_API result<record_description const*> check_searched(schema const& s, scope const& who,
                                                             std::string const& table);

// The same for storage::tenants().
SAMBUNG_API result<record_description const*> check_tenants(schema const& s, scope const& who,
                                                            std::string const& table);

// The words that each hit of a text_query has, as an index holds them: folded runs of letters and digits of at most 64
// letters; of scripts without spaces the pairs of neighbours, or the letter that stands alone. Punctuation, symbols and
// emoji separate words. `text` must be valid UTF-8.
SAMBUNG_API std::vector<std::string> search_words(std::string_view text);

// The words that an index holds of a row, in order and each once: those of its searchable columns.
SAMBUNG_API std::vector<std::string> indexed_words(row const& in, record_description const& table);

// Whether the row is a hit: has every word, and what has to stand together in one place.
SAMBUNG_API bool has_words(row const& in, record_description const& table, std::string_view searched);

}  // namespace sambung
