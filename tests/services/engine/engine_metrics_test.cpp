// engine_options::metrics: what an engine counts and measures, exactly, and under no more labels than there are.
#include "support/counted.hpp"
#include "support/desk.hpp"
#include "support/eventually.hpp"

#include <sambung/provider/decorators/circuit_breaker.hpp>
#include <sambung/provider/decorators/retry.hpp>

#include <gtest/gtest.h>

namespace sambung::engine_metrics_test {
namespace {

using test::eventually;
using testing::answer_script;
using testing::gate;
using tests::code_of;
using tests::counted;
using tests::desk;
using tests::desk_options;
using tests::observed;
using tests::say;

model_info listed(std::string id) {
  model_info one;
  one.id = std::move(id);
  return one;
}

// Its catalogue knows scripted/model, which costs a cent for a thousand tokens of either kind.
struct measured_desk {
  explicit measured_desk(desk_options options = desk_options()) : d(measured(std::move(options), in)) {
    d.model->offer({listed("model")});
    sync_wait(d.as(d.user).completions().models());
  }

  static desk_options measured(desk_options options, std::shared_ptr<metrics> in) {
    options.metrics = std::move(in);
    options.prices =
        price_list::parse(
            R"({"prices": [{"model": "scripted/*", "from": "1970-01-01", "input": 10000000, "output": 10000000}]})")
            .value();
    return options;
  }

  message ask(std::string const& model = "scripted/model") {
    auto const chat = sync_wait(d.chats().create("Test", model));
    auto turn = sync_wait(d.chats().send(chat.id, "hi"));
    return sync_wait(turn.answer());
  }

  task<completion> complete(std::string const& model = "scripted/model") {
    text_part said;
    said.text = "hi";
    std::vector<part> parts(1, part(said));
    std::vector<prompt_message> question(1, prompt_message(role::user, std::move(parts)));
    return d.as(d.user).completions().complete(completion_request(model, std::move(question)));
  }

  std::shared_ptr<metrics> in = std::make_shared<metrics>();
  desk d;
};

TEST(EngineMetrics, CountATurnItsTimesAndItsReaders) {
  measured_desk m;
  gate held;
  m.d.model->push(answer_script().text("Hel").wait(held).text("lo").finish());
  {
    auto turn = sync_wait(m.d.chats().send(m.d.new_chat().id, "hi"));
    tests::read_first_text(turn);

    EXPECT_EQ(counted(*m.in, "sambung_turns_in_flight"), 1);
    EXPECT_EQ(counted(*m.in, "sambung_turn_followers"), 1);
    held.open();
    sync_wait(turn.answer());
  }

  EXPECT_TRUE(eventually([&] { return counted(*m.in, "sambung_turns_in_flight") == 0; }));
  EXPECT_EQ(counted(*m.in, "sambung_turn_followers"), 0);
  EXPECT_EQ(counted(*m.in, "sambung_turns_total", {"complete", "scripted"}), 1);
  EXPECT_EQ(observed(*m.in, "sambung_turn_duration_seconds", {"complete", "scripted"}), 1U);
  EXPECT_EQ(observed(*m.in, "sambung_turn_first_text_seconds", {"scripted"}), 1U);
}

TEST(EngineMetrics, CountTurnsByHowTheyEnd) {
  measured_desk m;
  m.d.model->push(say("fine")).push(answer_script().fail(failure(errc::provider_error, "garbage")));

  m.ask();
  m.ask();

  EXPECT_TRUE(eventually([&] { return counted(*m.in, "sambung_turns_total", {"failed", "scripted"}) == 1; }));
  EXPECT_EQ(counted(*m.in, "sambung_turns_total", {"complete", "scripted"}), 1);
  EXPECT_EQ(observed(*m.in, "gen_ai_client_operation_duration_seconds", {"chat", "scripted", "model", ""}), 1U);
  EXPECT_EQ(
      observed(*m.in, "gen_ai_client_operation_duration_seconds", {"chat", "scripted", "model", "provider_error"}), 1U);
}

TEST(EngineMetrics, MeasureACallOfAModelItsTokensAndItsCost) {
  measured_desk m;
  m.d.model->push(answer_script().text("Hello").usage(70, 30).finish());
  m.d.model->push(answer_script().text("Hello").usage(7, 3).finish());

  m.ask();
  sync_wait(m.complete());

  tests::label_values const of{"chat", "scripted", "model"};
  EXPECT_EQ(observed(*m.in, "gen_ai_client_operation_duration_seconds", {"chat", "scripted", "model", ""}), 2U);
  EXPECT_EQ(observed(*m.in, "gen_ai_client_operation_time_to_first_chunk_seconds", of), 1U);
  auto const input = tests::sample_of(*m.in, "gen_ai_client_token_usage", {"chat", "scripted", "model", "input"});
  auto const output = tests::sample_of(*m.in, "gen_ai_client_token_usage", {"chat", "scripted", "model", "output"});
  ASSERT_TRUE(input && output);
  EXPECT_EQ(input->sum, 77);
  EXPECT_EQ(output->sum, 33);
  EXPECT_EQ(counted(*m.in, "sambung_cost_microusd_total", {"scripted", "model"}), 1'100);
}

TEST(EngineMetrics, MeasureAStreamThatItsReaderLeft) {
  measured_desk m;
  gate never;
  m.d.model->push(answer_script().text("Hel").wait(never));
  {
    text_part said;
    said.text = "hi";
    std::vector<part> parts(1, part(said));
    std::vector<prompt_message> question(1, prompt_message(role::user, std::move(parts)));
    completion_request request("scripted/model", std::move(question));
    auto const stream = sync_wait(m.d.as(m.d.user).completions().stream(std::move(request)));
    sync_wait(stream->next()).value();
  }

  EXPECT_EQ(observed(*m.in, "gen_ai_client_operation_duration_seconds", {"chat", "scripted", "model", "cancelled"}),
            1U);
  never.open();
}

// All but those of the storage, which the engine also calls by itself.
std::size_t series_of_models(metrics const& in) {
  std::size_t all = 0;
  for (auto const& family : in.snapshot())
    if (!family.what.name.starts_with("db_")) all += family.samples.size();
  return all;
}

TEST(EngineMetrics, GrowByNoSeriesWithModelsThatAreInvented) {
  measured_desk m;
  m.d.model->otherwise([](completion_request const&) { return answer_script().text("x").usage(1, 1).finish(); });
  sync_wait(m.complete("scripted/invented-first"));
  m.ask("scripted/invented-second");
  EXPECT_TRUE(eventually([&] { return counted(*m.in, "sambung_turns_in_flight") == 0; }));
  auto const before = series_of_models(*m.in);

  // Each has a row of its own in the end: where rows cost a commit some are enough.
  int const invented = tests::tested_backend() == "memory:" ? 10'000 : 100;
  for (int i = 0; i < invented; ++i) sync_wait(m.complete("scripted/invented-" + std::to_string(i)));

  EXPECT_EQ(series_of_models(*m.in), before);
  EXPECT_EQ(observed(*m.in, "gen_ai_client_operation_duration_seconds", {"chat", "scripted", "other", ""}),
            static_cast<std::uint64_t>(invented) + 2);
  for (auto const& family : m.in->snapshot())
    for (auto const& series : family.samples)
      for (auto const& value : series.labels) EXPECT_EQ(value.find("invented"), value.npos) << family.what.name;
}

TEST(EngineMetrics, MeasureCallsOfTheStorageByVerbAndTable) {
  measured_desk m;
  std::string const backend(m.d.storage->backend());
  auto const reads = [&] {
    return observed(*m.in, "db_client_operation_duration_seconds", {backend, "read", "chats"});
  };
  auto const chat = m.d.new_chat();
  auto const before = reads();

  sync_wait(m.d.chats().get(chat.id));

  EXPECT_EQ(reads(), before + 1);
  EXPECT_EQ(observed(*m.in, "db_client_operation_duration_seconds", {backend, "migrate", "none"}), 1U);
  if (backend == "memory") return;
  EXPECT_GE(observed(*m.in, "sambung_group_commit_size", {backend}), 1U);
  EXPECT_FALSE(tests::samples_of(*m.in, "sambung_storage_pool_wait_seconds").empty());
  EXPECT_EQ(counted(*m.in, "sambung_storage_queue", {backend, "writer"}), 0);
}

TEST(EngineMetrics, CountRetriesAndCircuits) {
  desk_options options;
  retry_options retries;
  retries.base_delay = retries.max_delay = std::chrono::milliseconds(0);
  circuit_breaker_options circuit;
  circuit.window = circuit.min_calls = 2;
  auto const vendor = std::make_shared<testing::scripted_provider>();
  vendor->otherwise([](completion_request const&) { return answer_script().fail(failure(errc::unavailable, "away")); });
  auto asked = retrying(circuit_breaker(vendor, circuit), retries);
  options.more_providers.emplace_back("away", std::move(asked));
  measured_desk m(std::move(options));
  EXPECT_EQ(counted(*m.in, "sambung_provider_circuit_open", {"away"}), 0);

  EXPECT_EQ(code_of(m.complete("away/model")), errc::unavailable);

  EXPECT_EQ(counted(*m.in, "sambung_provider_circuit_open", {"away"}), 1);
  EXPECT_EQ(counted(*m.in, "sambung_provider_circuit_open", {"scripted"}), 0);
  EXPECT_EQ(counted(*m.in, "sambung_provider_retries_total", {"scripted"}), 0);
  EXPECT_EQ(counted(*m.in, "sambung_provider_retries_total", {"away"}), 2);
}

TEST(EngineMetrics, CountAttemptsToSignIn) {
  measured_desk m;

  EXPECT_EQ(code_of(m.d.engine->auth().sign_in("nobody@acme.example", secret_string("wrong password"))),
            errc::unauthenticated);

  EXPECT_EQ(counted(*m.in, "sambung_sign_ins_total", {"wrong"}), 1);
  EXPECT_EQ(counted(*m.in, "sambung_sign_ins_total", {"ok"}), 0);
}

TEST(EngineMetrics, AreOfOneFamilyWhereTwoEnginesShareThem) {
  auto const in = std::make_shared<metrics>();
  for (int i = 0; i < 2; ++i) {
    desk_options options;
    options.metrics = in;
    desk d(std::move(options));
    d.model->push(say("fine"));
    auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));
    sync_wait(turn.answer());
    EXPECT_TRUE(eventually([&] { return counted(*in, "sambung_turns_in_flight") == 0; }));
  }

  EXPECT_EQ(counted(*in, "sambung_turns_total", {"complete", "scripted"}), 2);
}

}  // namespace
}  // namespace sambung::engine_metrics_test
