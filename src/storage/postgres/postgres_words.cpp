#include "storage/postgres/postgres_words.hpp"

#include "storage/postgres/postgres_dialect.hpp"
#include "storage/postgres/postgres_full_text.hpp"
#include "storage/sql/table_definition.hpp"

#include <pqxx/result>

#include <algorithm>

namespace sambung::sql {
namespace {

// Rows whose words are written together: their texts may be as long as their descriptions say.
constexpr std::size_t most_rows_at_once = 1'000;
constexpr std::size_t most_bytes_at_once = 16 * 1'048'576;

class word_writer {
 public:
  word_writer(postgres_connection& connection, record_description const& table)
      : connection_(connection), table_(table), key_at_(is_tenant_table(table) ? 1 : 0) {}

  void run() {
    for (std::string place;;) {
      page_ = connection_.run(unwritten_rows(place));
      if (page_.empty()) return;
      std::string changes;
      for (std::size_t first = 0; first < page_.size();) {
        auto const last = end_of_tenant(first);
        changes += written_rows(first, last);
        first = last;
      }
      connection_.run(changes);
      place = place_of(page_.size() - 1);
    }
  }

 private:
  bool has_tenant() const { return key_at_ == 1; }
  std::string text(std::size_t row, std::size_t column) const { return read_text(page_, row, column); }

  std::size_t rows_at_once() const {
    std::size_t bytes = 1;
    for (auto const& column : table_.search) bytes += table_.fields[*table_.position(column)].max_bytes;
    return std::clamp<std::size_t>(most_bytes_at_once / bytes, 1, most_rows_at_once);
  }

  // The tenant if it has one, the key, the searchable columns.
  std::string unwritten_rows(std::string const& place) const {
    auto out = "SELECT " + key_list(table_);
    std::string lacking;  // a server that changes a text meanwhile writes the words of that column alone
    for (auto const& column : table_.search) {
      out += ", " + identifier(column);
      lacking += (lacking.empty() ? "" : " OR ") + identifier(said_column(column)) + " IS NULL";
    }
    return out + " FROM " + identifier(table_.table) + " WHERE (" + lacking + ")" +
           (place.empty() ? "" : " AND (" + key_list(table_) + ") > " + place) + " ORDER BY " + key_list(table_) +
           " LIMIT " + std::to_string(rows_at_once());
  }

  std::string place_of(std::size_t row) const {
    return '(' + quoted(text(row, 0)) + (has_tenant() ? ", " + quoted(text(row, 1)) : "") + ')';
  }

  // Behind the rows from `first` on that are of one tenant: they come in the order of tenants.
  std::size_t end_of_tenant(std::size_t first) const {
    if (!has_tenant()) return page_.size();
    auto const tenant = text(first, 0);
    auto last = first + 1;
    while (last < page_.size() && text(last, 0) == tenant) ++last;
    return last;
  }

  // Row-level security binds the owner too, so there is a statement for each tenant.
  std::string written_rows(std::size_t first, std::size_t last) const {
    std::string set, columns = "key", within;
    for (auto const& column : table_.search) {
      auto const said = identifier(said_column(column));
      set += (set.empty() ? "" : ", ") + said + " = coalesce(t." + said + ", made." + said + ")";
      columns += ", " + said;
    }
    std::string lead;
    if (has_tenant()) {
      auto const tenant = quoted(text(first, 0));
      lead = "SELECT set_config('sambung.tenant_id', " + tenant + ", true); ";
      within = "t." + identifier(tenant_column) + " = " + tenant + " AND ";
    }
    std::string made;
    for (auto row = first; row < last; ++row) made += (made.empty() ? "(" : ", (") + made_row(row) + ')';
    auto const& key = table_.fields.front();
    return lead + "UPDATE " + identifier(table_.table) + " AS t SET " + set + " FROM (VALUES " + made + ") AS made (" +
           columns + ") WHERE " + within + "t." + identifier(key.name) +
           " = made.key::" + std::string(postgres_dialect().type_name(key.type)) + "; ";
  }

  std::string made_row(std::size_t row) const {
    auto out = quoted(text(row, key_at_));
    for (std::size_t n = 0; n < table_.search.size(); ++n)
      out += ", " + quoted(said_in(table_, value(text(row, key_at_ + 1 + n))));
    return out;
  }

  postgres_connection& connection_;
  record_description const& table_;
  std::size_t const key_at_;  // in a row that was read
  pqxx::result page_;
};

}  // namespace

void write_missing_words(postgres_connection& owner, record_description const& table) {
  word_writer(owner, table).run();
}

}  // namespace sambung::sql
