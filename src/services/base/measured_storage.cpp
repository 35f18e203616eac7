#include "services/base/measured_storage.hpp"

#include "core/line_budget.hpp"
#include "services/base/query_shape.hpp"

#include <array>
#include <atomic>
#include <unordered_map>

namespace sambung {
namespace {

using stopwatch_clock = std::chrono::steady_clock;

enum class verb { migrate, adopt, read, search, write, tenants, check, index_words, lacking_words };
constexpr std::string_view verbs[] = {"migrate", "adopt", "read",        "search",       "write",
                                      "tenants", "check", "index_words", "lacking_words"};

// In place of the name of a table: a batch that is about several; what is about none, or about one that is not there.
constexpr std::string_view several_tables = "several";
constexpr std::string_view no_table = "none";

// One call, as it was made.
struct storage_call {
  storage_call(verb what_, call_mark const& mark_ = call_mark(), query_shape const& shape_ = query_shape())
      : what(what_), mark(mark_), shape(shape_) {}

  verb what;
  call_mark mark;
  query_shape shape;
  // A backend may work before it gives its task.
  stopwatch_clock::time_point begun = stopwatch_clock::now();
};

// What others did in between, or that the row is there already, is an outcome like any other.
bool is_fault(failure const& why) {
  switch (why.code) {
    case errc::unavailable:
    case errc::deadline_exceeded:
    case errc::data_loss:
    case errc::internal:
      return true;
    default:
      return false;
  }
}

std::size_t rows_in(result<rows> const& outcome) { return outcome ? outcome->items.size() : 0; }
std::size_t rows_in(result<receipt> const& outcome) { return outcome ? outcome->rows : 0; }
template <class T>
std::size_t rows_in(result<T> const&) {
  return 0;
}

// The series of each verb and table, each made when it is first needed.
class call_times {
 public:
  call_times(schema const& of, metric_series<histogram> const& family, std::string_view backend)
      : family_(family), backend_(backend) {
    for (auto const& m : of.modules())
      for (auto const& table : m.tables()) tables_.emplace(&table, tables_.size() + first_table);
    made_ = std::vector<row_of_verbs>(tables_.size() + first_table);
  }

  void observe(storage_call const& call, std::string_view collection, double seconds) {
    auto const found = tables_.find(call.shape.table());
    auto const place = found != tables_.end() ? found->second : collection == no_table ? 0 : 1;
    auto& made = made_[place][static_cast<std::size_t>(call.what)];
    auto series = made.load(std::memory_order_acquire);
    if (!series) {
      series = family_.at({backend_, verbs[static_cast<std::size_t>(call.what)], collection});
      made.store(series, std::memory_order_release);
    }
    series.observe(seconds);
  }

 private:
  static constexpr std::size_t first_table = 2;  // behind none and several
  using row_of_verbs = std::array<std::atomic<histogram>, std::size(verbs)>;

  metric_series<histogram> family_;
  std::string_view backend_;
  std::unordered_map<record_description const*, std::size_t> tables_;
  std::vector<row_of_verbs> made_;
};

class measured final : public storage {
 public:
  measured(std::shared_ptr<storage> inner, storage_watch told)
      : inner_(std::move(inner)),
        told_(std::move(told)),
        times_(*told_.schema, told_.metrics->storage_calls, inner_->backend()) {}

  task<result<void>> migrate(schema_ref s) override {
    return seen(storage_call(verb::migrate), inner_->migrate(std::move(s)));
  }
  task<result<void>> adopt(schema_ref s) override {
    return seen(storage_call(verb::adopt), inner_->adopt(std::move(s)));
  }
  task<result<rows>> read(scope who, query q) override {
    storage_call const call(verb::read, who.call(), query_shape(*told_.schema, q));
    return seen(call, inner_->read(who, std::move(q)));
  }
  task<result<rows>> search(scope who, text_query q) override {
    storage_call const call(verb::search, who.call(), query_shape(*told_.schema, q));
    return seen(call, inner_->search(who, std::move(q)));
  }
  task<result<receipt>> write(scope who, batch b) override {
    storage_call const call(verb::write, who.call(), query_shape(*told_.schema, b));
    return seen(call, inner_->write(who, std::move(b)));
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    storage_call const call(verb::tenants, who.call(), query_shape(*told_.schema, table));
    return seen(call, inner_->tenants(who, std::move(table), after));
  }
  task<result<void>> check() override { return seen(storage_call(verb::check), inner_->check()); }
  task<result<bool>> index_words() override { return seen(storage_call(verb::index_words), inner_->index_words()); }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    storage_call const call(verb::lacking_words, who.call(), query_shape(*told_.schema, table));
    return seen(call, inner_->lacking_words(who, std::move(table)));
  }
  bool is_shared() const override { return inner_->is_shared(); }
  std::string_view backend() const override { return inner_->backend(); }
  void measure(std::shared_ptr<metrics> into) override { inner_->measure(std::move(into)); }

 private:
  template <class T>
  task<result<T>> seen(storage_call call, task<result<T>> running) {
    auto const collection = collection_of(call);
    auto traced = span_of(call, collection);
    auto outcome = co_await std::move(running);
    auto const taken = stopwatch_clock::now() - call.begun;
    times_.observe(call, collection, std::chrono::duration<double>(taken).count());
    if (!outcome && is_fault(outcome.error())) traced.fail(to_string(outcome.error().code));
    if (told_.slow.count() > 0 && taken >= told_.slow) tell_slow(call, collection, taken, rows_in(outcome));
    co_return outcome;
  }

  static std::string_view collection_of(storage_call const& call) {
    if (auto const* table = call.shape.table()) return table->table;
    return call.what == verb::write ? several_tables : no_table;
  }

  // What the engine does by itself is no part of anything, and what belongs to a trace that nobody keeps is not looked
  // at: there are many of these.
  span span_of(storage_call const& call, std::string_view collection) const {
    auto const& parent = call.mark.span();
    if (!told_.tracer || !parent || !parent->sampled) return span();
    auto const operation = verbs[static_cast<std::size_t>(call.what)];
    auto name = std::string(operation);
    if (call.shape.table()) (name += ' ') += collection;
    auto made = told_.tracer->start(name, span_kind::client, parent);
    made.set("db.system.name", std::string(inner_->backend()));
    made.set("db.operation.name", std::string(operation));
    if (call.shape.table()) made.set("db.collection.name", std::string(collection));
    return made;
  }

  void tell_slow(storage_call const& call, std::string_view collection, stopwatch_clock::duration taken,
                 std::size_t rows) {
    if (!told_.observer) return;
    auto const left_out = lines_.take(told_.clock->now());
    if (!left_out) return;
    slow_query what;
    what.operation = verbs[static_cast<std::size_t>(call.what)];
    what.table = collection;
    what.shape = call.shape.text();
    what.backend = inner_->backend();
    what.time = std::chrono::duration_cast<std::chrono::milliseconds>(taken);
    what.rows = rows;
    what.request_id = call.mark.request_id();
    what.left_out = *left_out;
    told_.observer->slow(what);
  }

  std::shared_ptr<storage> const inner_;
  storage_watch const told_;
  call_times times_;
  line_budget lines_;
};

}  // namespace

std::shared_ptr<storage> measured_storage(std::shared_ptr<storage> inner, storage_watch told) {
  bool const tells_slow = told.observer && told.slow.count() > 0;
  if (!*told.metrics && !told.tracer && !tells_slow) return inner;
  return std::make_shared<measured>(std::move(inner), std::move(told));
}

}  // namespace sambung
