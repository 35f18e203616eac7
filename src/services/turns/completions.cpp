#include <sambung/services/turns/completions.hpp>

#include <sambung/provider/registry.hpp>
#include <sambung/security/permissions.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/accounting/model_facts.hpp>

#include "services/accounting/accounting_state.hpp"
#include "services/accounting/call_meter.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/base/access.hpp"
#include "services/base/engine_core.hpp"
#include "services/turns/call_report.hpp"
#include "services/turns/completion_call.hpp"
#include "services/turns/counted_prompt.hpp"
#include "services/turns/model_call.hpp"
#include "services/turns/turns_state.hpp"
#include "services/vault/key_finder.hpp"
#include "services/vault/vault_state.hpp"

namespace sambung {
namespace {

task<access> access_to_models(engine_core& core, principal const& who) {
  return access_of(core, who, permission::model_use);
}

struct call_target {
  std::string full_name;
  std::string provider_name;
  std::shared_ptr<sambung::provider> provider;
};

// Finds the provider and leaves its own name of the model in the request.
template <class Request>
call_target address(engine_core& core, Request& request) {
  auto found = core.providers->find_model(request.model).value();
  call_target target{std::string(found.full_name), std::string(found.provider_name), std::move(found.provider)};
  request.model = std::string(found.model);
  return target;
}

// Puts the key into the request that the call is made with, and tells whose it is. One tenant's retries are not
// another's.
template <class Request>
task<key_source> bring_key(engine_core& core, access const& who, call_target const& target, Request& request) {
  auto key = core.vault->keys.remembered(who.scope, who.user, target.provider_name);
  if (!key) {
    auto found = co_await core.vault->keys.find(who.scope, who.user, target.provider_name, target.provider->key_host());
    key = std::move(found);
  }
  request.credential = std::move(key->credential);
  request.budget_key = to_string(who.scope.tenant());
  co_return key->source;
}

failed_part caller(access const& who, call_target const& target) {
  failed_part what(engine_part::provider, target.full_name, failure());
  what.tenant_id = who.scope.tenant();
  what.user_id = who.user;
  return what;
}

// What the call may use up in one piece: nobody can end a whole answer half-way.
std::int64_t most_output(completion_request const& request) { return request.max_tokens.value_or(0); }

// Counts, and remembers until the next write to storage.
void settle(engine_core& core, scope const& where, call_meter& meter) {
  auto const& used = meter.finish();
  measure_cost(core, used);
  for (auto const& one : used.counters) core.accounting->usage.add(where, one);
}

// A whole answer that is waited for. Who goes away before it comes has asked nevertheless: the question counts.
class awaited_answer {
 public:
  awaited_answer(engine_core& core, scope where, call_meter& meter) : core_(core), where_(where), meter_(meter) {}
  ~awaited_answer() {
    if (!told_) meter_.accepted();
    if (!refused_) settle(core_, where_, meter_);
  }
  awaited_answer(awaited_answer const&) = delete;
  awaited_answer& operator=(awaited_answer const&) = delete;

  void tell(result<completion> const& outcome) {
    if (!outcome && outcome.error().code == errc::cancelled) return;
    told_ = true;
    refused_ = !outcome;
    if (!outcome) return;
    meter_.bill_as(outcome->billed_as);
    meter_.take(*outcome);
  }

 private:
  engine_core& core_;
  scope where_;
  call_meter& meter_;
  bool told_ = false;
  bool refused_ = false;
};

// Passes events on and counts what was used, also when the reader leaves before the end. At the end of a quota it lets
// the vendor go.
class metered_stream final : public completion_stream {
 public:
  metered_stream(std::shared_ptr<engine_core> core, scope where, std::unique_ptr<call_meter> meter,
                 counted_prompt prompt, std::unique_ptr<model_call> call, std::unique_ptr<completion_stream> inner)
      : core_(std::move(core)),
        where_(where),
        meter_(std::move(meter)),
        prompt_(std::move(prompt)),
        call_(std::move(call)),
        inner_(std::move(inner)),
        model_(inner_->model()) {
    meter_->accepted();
    meter_->bill_as(inner_->billed_as());
  }
  ~metered_stream() override { settle(*core_, where_, *meter_); }

  std::string model() const override { return inner_ ? inner_->model() : model_; }
  std::string billed_as() const override { return inner_ ? inner_->billed_as() : std::string(); }
  std::vector<issue> warnings() const override { return inner_ ? inner_->warnings() : std::vector<issue>(); }

  task<result<std::optional<completion_event>>> next() override {
    if (auto const* why = meter_->exhausted()) {
      call_->failed(*why);
      inner_.reset();
      co_return *why;
    }
    auto event = co_await inner_->next();
    if (event && *event) take(**event);
    else if (!event) call_->failed(event.error());
    co_return event;
  }

  std::optional<completion_event> ready() override {
    if (meter_->exhausted()) return std::nullopt;
    auto event = inner_->ready();
    if (event) take(*event);
    return event;
  }

 private:
  void take(completion_event const& event) {
    call_->take(event);
    meter_->take(event);
    if (auto const* report = std::get_if<usage_report>(&event)) reported_ = report->usage;
    bool const ends = std::holds_alternative<completion_finished>(event);
    if (ends && reported_ && inner_->billed_as().empty()) prompt_.reported(*reported_);
    if (ends) call_->succeeded();
  }

  std::shared_ptr<engine_core> core_;
  scope where_;
  std::unique_ptr<call_meter> meter_;
  counted_prompt prompt_;
  std::unique_ptr<model_call> call_;
  std::optional<token_usage> reported_;
  std::unique_ptr<completion_stream> inner_;  // null once a quota was passed
  std::string model_;
};

task<std::unique_ptr<completion_stream>> stream_request(core_ptr core, principal who, completion_request request) {
  auto const by = co_await access_to_models(*core, who);
  auto const target = address(*core, request);
  counted_prompt prompt(*core->turns->tokens, target.full_name, request);
  auto const key = co_await bring_key(*core, by, target, request);
  metered_call what(by.scope, by.user, target.full_name, key);
  auto meter = co_await call_meter::open(*core, std::move(what));
  meter->begin(prompt.tokens()).value();
  call_report const report(*core, caller(by, target), key);
  report.follow(request);
  auto call = std::make_unique<model_call>(*core, by.scope, target.full_name, model_operation::chat);
  call->follow(request);
  auto opened = co_await target.provider->stream(std::move(request));
  report.ended(opened);
  if (!opened) call->failed(opened.error());
  co_return std::make_unique<metered_stream>(core, by.scope, std::move(meter), std::move(prompt), std::move(call),
                                             std::move(opened).value());
}

task<embedding_batch> embed_texts(core_ptr core, principal who, embedding_request request) {
  auto const by = co_await access_to_models(*core, who);
  auto const target = address(*core, request);
  std::int64_t input = 0;
  for (auto const& text : request.texts) input += core->turns->tokens->count(target.full_name, text);
  auto const key = co_await bring_key(*core, by, target, request);
  metered_call what(by.scope, by.user, target.full_name, key);
  auto const meter = co_await call_meter::open(*core, std::move(what));
  meter->begin(input).value();
  model_call call(*core, by.scope, target.full_name, model_operation::embeddings);
  auto batch = co_await target.provider->embed(std::move(request));
  if (batch) call.take(*batch);
  call.ended(batch);
  call_report(*core, caller(by, target), key).ended(batch);
  if (!batch) throw error(batch.error());
  meter->accepted();
  meter->bill_as(batch->billed_as);
  if (batch->usage) meter->take(*batch->usage, batch->raw_usage);
  settle(*core, by.scope, *meter);
  co_return std::move(*batch);
}

task<std::vector<model_info>> list_models(core_ptr core, principal who) {
  co_await admit(*core, who, permission::model_use);
  auto models = co_await core->turns->catalog->models();
  auto const now = core->clock->now();
  for (auto& one : models) one = with_facts(std::move(one), *core->providers, core->accounting->prices, now);
  co_return models;
}

}  // namespace

task<completion> complete_counted(core_ptr core, principal who, completion_request request) {
  auto const by = co_await access_to_models(*core, who);
  auto const target = address(*core, request);
  counted_prompt const prompt(*core->turns->tokens, target.full_name, request);
  auto const key = co_await bring_key(*core, by, target, request);
  metered_call what(by.scope, by.user, target.full_name, key);
  auto const meter = co_await call_meter::open(*core, std::move(what));
  meter->begin(prompt.tokens(), most_output(request)).value();
  awaited_answer waiting(*core, by.scope, *meter);
  call_report const report(*core, caller(by, target), key);
  report.follow(request);
  model_call call(*core, by.scope, target.full_name, model_operation::chat);
  call.follow(request);
  auto answer = co_await target.provider->complete(std::move(request));
  report.ended(answer);
  if (answer) call.take(*answer);
  call.ended(answer);
  waiting.tell(answer);
  if (answer && answer->usage && answer->billed_as.empty()) prompt.reported(*answer->usage);
  co_return std::move(answer).value();
}

completions::completions(std::shared_ptr<engine_core> core, principal who)
    : core_(std::move(core)), who_(std::move(who)) {}

task<completion> completions::complete(completion_request request) const {
  return complete_counted(core_, who_, std::move(request));
}

task<std::unique_ptr<completion_stream>> completions::stream(completion_request request) const {
  return stream_request(core_, who_, std::move(request));
}

task<embedding_batch> completions::embed(embedding_request request) const {
  return embed_texts(core_, who_, std::move(request));
}

task<std::vector<model_info>> completions::models() const { return list_models(core_, who_); }

std::vector<provider_health> completions::provider_health() const {
  demand(who_, permission::model_use);
  return core_->turns->catalog->health();
}

}  // namespace sambung
