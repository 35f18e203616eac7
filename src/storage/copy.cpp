#include <sambung/storage/copy.hpp>

#include "storage/scope_access.hpp"

#include <algorithm>
#include <utility>

namespace sambung {
namespace {

constexpr std::size_t batch_bytes = 16 * 1'048'576;
constexpr std::size_t batch_rows = 4'000;  // a backend makes a batch durable at once: few large ones cost least
static_assert(batch_rows <= max_batch_changes && batch_bytes <= max_batch_bytes);

std::size_t bytes_of(row const& in) { return text_bytes(in) + in.size() * sizeof(value); }

std::string key_text(value const& key) {
  if (auto const* id = std::get_if<uuid>(&key)) return to_string(*id);
  if (auto const* number = std::get_if<std::int64_t>(&key)) return std::to_string(*number);
  auto const* const text = std::get_if<std::string>(&key);
  return text ? *text : "with a damaged key";
}

// New rows for one write.
class filling_batch {
 public:
  std::size_t rows() const { return batch_.changes().size(); }
  bool is_full_for(row const& in) const {
    return rows() == batch_rows || (rows() > 0 && bytes_ + bytes_of(in) > batch_bytes);
  }
  void add(record_description const& table, row in) {
    bytes_ += bytes_of(in);
    batch_.add(insert_row{table.table, std::move(in)});
  }
  batch take() {
    bytes_ = 0;
    return std::exchange(batch_, batch());
  }

 private:
  batch batch_;
  std::size_t bytes_ = 0;
};

// Reads one table of one scope in the order of its keys.
class table_walk {
 public:
  table_walk(storage& in, scope who, record_description const& table) : in_(in), who_(who), table_(table) {}

  // Goes on behind this key.
  void pass(value key) { last_ = std::move(key); }

  task<result<rows>> next(std::size_t limit) {
    auto page = co_await in_.read(who_, following(limit));
    if (page && !page->items.empty()) last_ = page->items.back().front();
    co_return page;
  }

 private:
  query following(std::size_t limit) const {
    query q = query(table_.table).order({table_.fields.front().name}, direction::ascending).limit(limit);
    return last_ ? std::move(q).after(row{*last_}) : q;
  }

  storage& in_;
  scope who_;
  record_description const& table_;
  std::optional<value> last_;
};

// What differs first between two pages that begin behind the same key; empty when nothing does.
std::optional<std::string> difference(rows const& ours, rows const& theirs, record_description const& table) {
  auto const named = [](row const& in) { return "the row " + key_text(in.front()); };
  auto const missing = [&](row const& in) { return named(in) + " is missing in the target"; };
  auto const surplus = [&](row const& in) { return named(in) + " is in the target only"; };
  auto const shared = std::min(ours.items.size(), theirs.items.size());
  for (std::size_t i = 0; i < shared; ++i) {
    auto const& a = ours.items[i];
    auto const& b = theirs.items[i];
    if (a == b) continue;
    if (a.front() != b.front()) return a.front() < b.front() ? missing(a) : surplus(b);
    auto const column = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    return named(a) + " differs in the column " + table.fields[column].name;
  }
  if (ours.items.size() > shared) return missing(ours.items[shared]);
  if (theirs.items.size() > shared) return surplus(theirs.items[shared]);
  return std::nullopt;
}

class copier {
 public:
  copier(storage& from, storage& to, schema_ref s, copy_options options)
      : from_(from), to_(to), schema_(std::move(s)), options_(std::move(options)) {}

  task<result<copy_report>> run() {
    if (auto done = co_await migrate(); !done) co_return done.error();
    if (auto done = co_await find_tenants(); !done) co_return done.error();
    if (auto done = co_await refuse_rows_of_nobody(); !done) co_return done.error();
    if (options_.target == copy_target::empty)
      if (auto done = co_await for_each_table(&copier::refuse_rows); !done) co_return done.error();
    if (auto done = co_await for_each_table(&copier::copy_table); !done) co_return done.error();
    progress_.step = copy_step::comparing;
    progress_.rows = 0;
    if (auto done = co_await for_each_table(&copier::compare_table); !done) co_return done.error();
    co_return std::move(report_);
  }

 private:
  using table_step = task<result<void>> (copier::*)(record_description const&, scope);

  task<result<void>> migrate() {
    if (auto done = co_await from_.migrate(schema_); !done) co_return about("the source", done.error());
    if (auto done = co_await to_.migrate(schema_); !done) co_return about("the target", done.error());
    for (auto const& m : schema_->modules())
      for (auto const& t : m.tables()) {
        (t.scope == table_scope::system ? system_tables_ : tenant_tables_).push_back(&t);
        report_.tables.push_back({t.table, 0});
      }
    co_return result<void>();
  }

  task<result<void>> find_tenants() {
    auto const* table = schema_->find("tenants");
    if (!table || table->scope != table_scope::system || table->fields.front().type != column_type::uuid)
      co_return result<void>();
    table_walk source(from_, scope_access::system(), *table);
    for (bool more = true; more;) {
      auto page = co_await source.next(max_rows);
      if (!page) co_return about("tenants: reading the source", page.error());
      for (auto const& in : page->items) {
        auto const* const id = std::get_if<uuid>(&in.front());
        if (!id) co_return failure(errc::data_loss, "tenants: the source holds a row with a damaged key");
        tenants_.push_back(tenant_id{*id});
      }
      more = page->more;
    }
    progress_.tenants = tenants_.size();
    co_return result<void>();
  }

  // Rows of tenants that are not in the table of tenants: nobody would miss them in the target.
  task<result<void>> refuse_rows_of_nobody() {
    for (auto const* table : tenant_tables_) {
      auto const strangers = co_await strangers_in(*table);
      if (!strangers) co_return about(table->table + ": reading the source", strangers.error());
      if (strangers->empty()) continue;
      auto const others = strangers->size() - 1;
      co_return failure(errc::data_loss,
                        table->table + " holds rows of the tenant " + to_string(strangers->front()) +
                            (others ? " and " + std::to_string(others) + " others" : "") +
                            ", which the table tenants does not know: tenants::ensure() makes its row");
    }
    co_return result<void>();
  }

  task<result<std::vector<tenant_id>>> strangers_in(record_description const& table) {
    std::vector<tenant_id> strangers;
    std::optional<tenant_id> last;
    for (bool more = true; more;) {
      auto const found = co_await from_.tenants(scope_access::system(), table.table, last);
      if (!found) co_return found.error();
      std::ranges::set_difference(*found, tenants_, std::back_inserter(strangers));
      more = found->size() == max_rows;
      if (more) last = found->back();
    }
    co_return strangers;
  }

  task<result<void>> for_each_table(table_step step) {
    progress_.tenant = 0;
    for (auto const* table : system_tables_)
      if (auto done = co_await (this->*step)(*table, scope_access::system()); !done) co_return done;
    for (auto const& tenant : tenants_) {
      ++progress_.tenant;
      for (auto const* table : tenant_tables_)
        if (auto done = co_await (this->*step)(*table, scope_access::tenant(tenant)); !done) co_return done;
    }
    co_return result<void>();
  }

  task<result<void>> refuse_rows(record_description const& table, scope who) {
    table_walk target(to_, who, table);
    auto const page = co_await target.next(1);
    if (!page) co_return about(place(table, who) + ": reading the target", page.error());
    if (page->items.empty()) co_return result<void>();
    co_return failure(errc::already_exists, "the target is not empty: it holds rows in " + place(table, who));
  }

  task<result<void>> copy_table(record_description const& table, scope who) {
    table_walk source(from_, who, table);
    if (options_.target == copy_target::partial) {
      auto last = co_await pass_rows(table, who);
      if (!last) co_return last.error();
      if (*last) source.pass(std::move(**last));
    }
    filling_batch next;
    for (bool more = true; more;) {
      auto page = co_await source.next(max_rows);
      if (!page) co_return about(place(table, who) + ": reading the source", page.error());
      more = page->more;
      for (auto& one : page->items) {
        if (next.is_full_for(one))
          if (auto done = co_await write(table, who, next); !done) co_return done;
        next.add(table, std::move(one));
      }
    }
    co_return co_await write(table, who, next);
  }

  // Counts the rows that an interrupted copy left; the last one's key.
  task<result<std::optional<value>>> pass_rows(record_description const& table, scope who) {
    table_walk target(to_, who, table);
    std::optional<value> last;
    for (bool more = true; more;) {
      auto const page = co_await target.next(max_rows);
      if (!page) co_return about(place(table, who) + ": reading the target", page.error());
      if (!page->items.empty()) last = page->items.back().front();
      more = page->more;
      if (!page->items.empty()) tell(table, page->items.size());
    }
    co_return last;
  }

  task<result<void>> write(record_description const& table, scope who, filling_batch& next) {
    auto const rows = next.rows();
    if (rows == 0) co_return result<void>();
    auto const done = co_await to_.write(who, next.take());
    if (!done) co_return about(place(table, who) + ": writing the target", done.error());
    tell(table, rows);
    co_return result<void>();
  }

  task<result<void>> compare_table(record_description const& table, scope who) {
    table_walk source(from_, who, table);
    table_walk target(to_, who, table);
    // Rows that are equal end a page at the same bytes in both.
    for (bool more = true; more;) {
      auto const ours = co_await source.next(max_rows);
      if (!ours) co_return about(place(table, who) + ": reading the source", ours.error());
      auto const theirs = co_await target.next(max_rows);
      if (!theirs) co_return about(place(table, who) + ": reading the target", theirs.error());
      if (auto what = difference(*ours, *theirs, table))
        co_return failure(errc::data_loss, place(table, who) + ": " + *what);
      std::ranges::find(report_.tables, table.table, &copied_table::table)->rows += ours->items.size();
      more = ours->more || theirs->more;
      if (!ours->items.empty()) tell(table, ours->items.size());
    }
    co_return result<void>();
  }

  void tell(record_description const& table, std::size_t rows) {
    progress_.rows += rows;
    if (!options_.progress) return;
    progress_.table = table.table;
    options_.progress(progress_);
  }

  static std::string place(record_description const& table, scope who) {
    return who.is_system() ? table.table : table.table + " of tenant " + to_string(who.tenant());
  }
  static failure about(std::string const& what, failure why) {
    why.message = what + ": " + why.message;
    why.issues.clear();
    return why;
  }

  storage& from_;
  storage& to_;
  schema_ref schema_;
  copy_options options_;
  std::vector<record_description const*> system_tables_;
  std::vector<record_description const*> tenant_tables_;
  std::vector<tenant_id> tenants_;
  copy_progress progress_;
  copy_report report_;
};

}  // namespace

record_description describe_record(record_of<copy_options>) { return record<copy_options>().all_optional(); }

task<result<copy_report>> copy_storage(storage& from, storage& to, schema_ref s, copy_options options) {
  copier work(from, to, std::move(s), std::move(options));
  co_return co_await work.run();
}

}  // namespace sambung
