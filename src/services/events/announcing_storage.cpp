#include "services/events/announcing_storage.hpp"

#include "services/events/batch_facts.hpp"

namespace sambung {
namespace {

bool may_be_stored(result<receipt> const& outcome) {
  return outcome.has_value() || outcome.error().code == errc::unavailable;
}

class announcing final : public storage {
 public:
  announcing(std::shared_ptr<storage> inner, std::shared_ptr<broker> by, schema_ref s, counter told)
      : inner_(std::move(inner)), broker_(std::move(by)), facts_(std::move(s)), told_(told) {}

  task<result<void>> migrate(schema_ref s) override { return inner_->migrate(std::move(s)); }
  task<result<void>> adopt(schema_ref s) override { return inner_->adopt(std::move(s)); }
  task<result<rows>> read(scope who, query q) override { return inner_->read(who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override { return inner_->search(who, std::move(q)); }
  task<result<receipt>> write(scope who, batch b) override {
    // System rows are written seldom: what is noted of them costs nobody anything.
    if (who.is_system() || broker_->is_followed()) return told(who, std::move(b));
    return unheard(who, std::move(b));
  }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return inner_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return inner_->check(); }
  task<result<bool>> index_words() override { return inner_->index_words(); }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    return inner_->lacking_words(who, std::move(table));
  }
  bool is_shared() const override { return inner_->is_shared(); }
  std::string_view backend() const override { return inner_->backend(); }
  void measure(std::shared_ptr<metrics> into) override { inner_->measure(std::move(into)); }

 private:
  // The batch goes with the write: what it says is noted before.
  task<result<receipt>> told(scope who, batch b) {
    auto const facts = facts_.of(who, b);
    auto writing = inner_->write(who, std::move(b));
    result<receipt> outcome;
    try {
      outcome = co_await std::move(writing);
    } catch (...) {
      tell(facts);  // a write that was cancelled may be stored all the same
      throw;
    }
    if (may_be_stored(outcome)) tell(facts);
    co_return outcome;
  }

  // Whoever began to follow while it was written may have read before and hears nothing of it. Whom it concerned nobody
  // has noted, and it is no matter of its writer alone: they are few, for nobody followed before.
  task<result<receipt>> unheard(scope who, batch b) {
    bool const is_told = facts_.any_of(b);
    auto writing = inner_->write(who, std::move(b));
    result<receipt> outcome;
    try {
      outcome = co_await std::move(writing);
    } catch (...) {
      if (is_told) lose_unheard();
      throw;
    }
    if (is_told && may_be_stored(outcome)) lose_unheard();
    co_return outcome;
  }

  void lose_unheard() {
    if (broker_->is_followed()) broker_->lose(feed_loss::broker);
  }

  void tell(std::vector<batch_fact> const& facts) {
    if (facts.size() > batch_facts::most) return tell_of_many(facts);
    for (auto const& fact : facts) {
      std::string payload;
      for (auto const& to : fact.whom) {
        if (!broker_->is_followed(to)) continue;
        if (payload.empty()) payload = to_json_text(fact.what);
        broker_->append(to, payload);
        told_.add();
      }
    }
  }

  void tell_of_many(std::vector<batch_fact> const& facts) {
    std::set<topic> all;
    for (auto const& fact : facts) all.insert(fact.whom.begin(), fact.whom.end());
    for (auto const& to : all) broker_->lose(to, feed_loss::overflow);
  }

  std::shared_ptr<storage> const inner_;
  std::shared_ptr<broker> const broker_;
  batch_facts const facts_;
  counter const told_;
};

}  // namespace

std::shared_ptr<storage> announcing_storage(std::shared_ptr<storage> inner, std::shared_ptr<broker> by, schema_ref s,
                                            counter told) {
  return std::make_shared<announcing>(std::move(inner), std::move(by), std::move(s), told);
}

}  // namespace sambung
