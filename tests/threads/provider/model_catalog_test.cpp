#include <sambung/provider/catalog.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/testing/gate.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <functional>

namespace sambung::model_catalog_test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::manual_clock;

using offer = result<std::vector<model_info>>;

// A vendor whose list of models is what the test says.
class vendor final : public provider {
 public:
  explicit vendor(std::function<task<offer>()> list) : list_(std::move(list)) {}
  int asked() const { return asked_; }

 private:
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    co_return failure(errc::unsupported, "lists only");
  }
  task<offer> do_models() override {
    ++asked_;
    co_return co_await list_();
  }

  std::function<task<offer>()> list_;
  std::atomic<int> asked_ = 0;
};

offer models(std::vector<std::string> const& ids) {
  std::vector<model_info> all;
  for (auto const& id : ids) all.push_back({id, {}, 0});
  return all;
}

std::string names(std::vector<model_info> const& all) {
  std::string text;
  for (auto const& one : all) text += (text.empty() ? "" : " ") + one.id;
  return text;
}

class ModelCatalog : public ::testing::Test {
 protected:
  std::shared_ptr<vendor> add(std::string name) {
    auto made = std::make_shared<vendor>([this, name]() -> task<offer> {
      auto now = offers_[name];
      co_return now;
    });
    offers_[name] = models({"m"});
    registry_.add(std::move(name), made);
    return made;
  }
  model_catalog catalog(catalog_options options = catalog_options()) {
    return model_catalog(registry_, options, clock_);
  }
  std::string list(model_catalog& from) { return names(sync_wait(from.models())); }
  void dies(std::string const& name) { offers_[name] = failure(errc::unavailable, "dead"); }
  provider_health health(model_catalog const& of, std::string const& name) {
    for (auto const& one : of.health())
      if (one.name == name) return one;
    return {};
  }

  std::shared_ptr<manual_clock> clock_ = std::make_shared<manual_clock>();
  std::map<std::string, offer> offers_;
  provider_registry registry_;
};

TEST_F(ModelCatalog, MergesAndRemembers) {
  auto const b = add("b");
  auto const a = add("a");
  registry_.alias("fast", "b/m");
  auto all = catalog();

  EXPECT_EQ(list(all), "a/m b/m fast");
  offers_["a"] = models({"x", "y"});
  clock_->advance(299'999ms);
  EXPECT_EQ(list(all), "a/m b/m fast");
  EXPECT_EQ(a->asked(), 1);
  clock_->advance(1ms);
  list(all);
  EXPECT_EQ(list(all), "a/x a/y b/m fast");
  EXPECT_EQ(a->asked(), 2);
  EXPECT_EQ(b->asked(), 2);
}

TEST_F(ModelCatalog, OneThatFailsHidesNobody) {
  add("a");
  add("b");
  dies("a");
  auto all = catalog();

  EXPECT_EQ(list(all), "b/m");
  EXPECT_EQ(health(all, "a").state, provider_state::failing);
  EXPECT_EQ(health(all, "a").error, errc::unavailable);
  EXPECT_EQ(health(all, "b").state, provider_state::healthy);
  offers_["a"] = models({"m"});
  clock_->advance(30'000ms);
  list(all);
  EXPECT_EQ(list(all), "a/m b/m");
}

TEST_F(ModelCatalog, TellsOfAnAddressAtWhichNothingIsFound) {
  add("a");
  add("b");
  offers_["a"] = failure(errc::not_found, "nothing there");
  catalog_options options;
  std::vector<std::string> told;
  options.observer = [&](provider_health const& health, failure const& why) {
    told.push_back(health.name + ": " + why.message);
    EXPECT_NE(health.hint.find("base URL"), std::string::npos);
  };
  auto all = catalog(options);

  EXPECT_EQ(list(all), "b/m");
  EXPECT_EQ(health(all, "a").state, provider_state::failing);
  EXPECT_EQ(health(all, "a").error, errc::not_found);
  clock_->advance(30'000ms);
  list(all);
  EXPECT_EQ(told, std::vector<std::string>{"a: nothing there"}) << "once";

  all.succeeded("a");
  EXPECT_TRUE(health(all, "a").hint.empty());
  clock_->advance(30'000ms);
  list(all);
  EXPECT_EQ(health(all, "a").state, provider_state::healthy) << "it lists no models, and has some";
  all.failed("b", {errc::not_found, "no such model"});
  all.failed("b", {errc::unsupported, "no embeddings"});
  EXPECT_EQ(health(all, "b").state, provider_state::healthy);
}

TEST_F(ModelCatalog, ServesWhatItKnewWhileOneFailsWithinABound) {
  add("a");
  auto all = catalog();
  EXPECT_EQ(list(all), "a/m");
  dies("a");
  for (auto passed = 0ms; passed < 3'599'000ms; passed += 30'000ms) {
    EXPECT_EQ(list(all), "a/m") << passed.count();
    clock_->advance(30'000ms);
  }

  EXPECT_EQ(list(all), "");
}

TEST_F(ModelCatalog, AProviderThatThrowsHasFailed) {
  auto const broken = std::make_shared<vendor>([]() -> task<offer> {
    throw std::runtime_error("broken");
    co_return offer();
  });
  registry_.add("broken", broken);
  add("a");
  auto all = catalog();

  EXPECT_EQ(list(all), "a/m");
  clock_->advance(30'000ms);
  EXPECT_EQ(list(all), "a/m");
  EXPECT_EQ(broken->asked(), 2);
}

TEST_F(ModelCatalog, AProviderThatThrowsAnythingHasFailed) {
  registry_.add("odd", std::make_shared<vendor>([]() -> task<offer> {
                  throw 42;
                  co_return offer();
                }));
  add("a");
  auto all = catalog();

  EXPECT_EQ(list(all), "a/m");
  EXPECT_EQ(health(all, "odd").error, errc::provider_error);
}

TEST_F(ModelCatalog, DropsWhatItsObserverThrows) {
  catalog_options options;
  int told = 0;
  options.observer = [&](provider_health const&, failure const&) {
    ++told;
    throw 42;
  };
  add("a");
  add("b");
  dies("b");
  auto all = catalog(options);

  EXPECT_EQ(list(all), "a/m");
  EXPECT_NO_THROW(all.failed("a", failure(errc::unavailable, "dead")));
  EXPECT_EQ(told, 2);
}

TEST_F(ModelCatalog, CallersShareOneRefresh) {
  testing::gate hold;
  auto const slow = std::make_shared<vendor>([&]() -> task<offer> {
    co_await hold.wait();
    co_return models({"m"});
  });
  registry_.add("slow", slow);
  auto all = catalog();
  asio::io_context context;
  int answered = 0;
  auto call = [&]() -> task<void> {
    auto const found = co_await all.models();
    answered += names(found) == "slow/m" ? 1 : 0;
  };
  for (int i = 0; i < 20; ++i) asio::co_spawn(context, call(), asio::detached);
  asio::post(context, [&] { hold.open(); });
  context.run();

  EXPECT_EQ(answered, 20);
  EXPECT_EQ(slow->asked(), 1);
}

TEST_F(ModelCatalog, DoesNotWaitLongForOneThatSaysNothing) {
  add("a");
  auto const silent = std::make_shared<vendor>([this]() -> task<offer> {
    co_await clock_->sleep(600'000ms);
    co_return models({"m"});
  });
  registry_.add("silent", silent);
  auto all = catalog();
  asio::io_context context;
  std::string found;
  auto call = [&]() -> task<void> {
    auto const answer = co_await all.models();
    found = names(answer);
  };
  asio::co_spawn(context, call(), asio::detached);
  context.poll();
  EXPECT_EQ(found, "");
  clock_->advance(10'000ms);
  context.run();

  EXPECT_EQ(found, "a/m");
  EXPECT_EQ(health(all, "silent").error, errc::deadline_exceeded);
}

TEST_F(ModelCatalog, ChecksAreRemembered) {
  auto const a = add("a");
  auto all = catalog();

  EXPECT_EQ(sync_wait(all.check("a"))->state, provider_state::healthy);
  dies("a");
  EXPECT_EQ(sync_wait(all.check("a"))->state, provider_state::healthy);
  EXPECT_EQ(a->asked(), 1);
  clock_->advance(30'000ms);
  EXPECT_EQ(sync_wait(all.check("a"))->state, provider_state::failing);
  EXPECT_EQ(sync_wait(all.check("b")).error().code, errc::not_found);
}

TEST_F(ModelCatalog, CallsTellHowAProviderFares) {
  add("a");
  auto all = catalog();
  auto const state = [&] { return health(all, "a").state; };
  EXPECT_EQ(state(), provider_state::unknown);
  EXPECT_FALSE(health(all, "a").at);

  all.failed("a", failure(errc::invalid_argument, "the request"));
  all.failed("a", failure(errc::unauthenticated, "a tenant's key"), call_payer::another_key);
  EXPECT_EQ(state(), provider_state::unknown);
  all.failed("a", failure(errc::unavailable, "gone"), call_payer::another_key);
  EXPECT_EQ(state(), provider_state::failing);
  all.succeeded("a");
  EXPECT_EQ(state(), provider_state::healthy);
  EXPECT_EQ(health(all, "a").at, clock_->now());
  all.failed("a", failure(errc::unauthenticated, "the operator's key"));
  EXPECT_EQ(health(all, "a").error, errc::unauthenticated);
  all.succeeded("nobody");
  EXPECT_EQ(all.health().size(), 1u);
}

}  // namespace
}  // namespace sambung::model_catalog_test
