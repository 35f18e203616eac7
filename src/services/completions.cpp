#include <sambung/services/completions.hpp>

#include <sambung/security/permissions.hpp>
#include <sambung/security/principal.hpp>

#include "services/call_report.hpp"
#include "services/engine_core.hpp"
#include "services/key_finder.hpp"
#include "services/usage_meter.hpp"
#include "storage/scope_access.hpp"

namespace sambung {
namespace {

void demand_models(principal const& who) {
  if (!who.may(permission::model_use)) throw error(errc::permission_denied, "your role does not allow this");
}

struct call_target {
  std::string full_name;
  std::string provider_name;
  std::shared_ptr<sambung::provider> provider;
};

// Finds the provider and leaves its own name of the model in the request.
template <class Request>
call_target address(engine_core& core, Request& request) {
  auto found = core.providers.find_model(request.model).value();
  call_target target{std::string(found.full_name), std::string(found.provider_name), std::move(found.provider)};
  request.model = std::string(found.model);
  return target;
}

// Puts the key into the request that the call is made with, and tells whose it is.
template <class Request>
task<key_source> bring_key(engine_core& core, principal const& who, call_target const& target, Request& request) {
  auto const where = scope_access::tenant(who.tenant());
  auto key = core.keys->remembered(where, who.user(), target.provider_name);
  if (!key) {
    auto found = co_await core.keys->find(where, who.user(), target.provider_name, target.provider->key_host());
    key = std::move(found);
  }
  request.credential = std::move(key->credential);
  co_return key->source;
}

std::int64_t estimate(std::vector<prompt_message> const& messages) {
  std::int64_t tokens = 0;
  for (auto const& message : messages) tokens += estimate_tokens(message);
  return tokens;
}

// Passes events on and counts what was used, also when the reader leaves before the end.
class metered_stream final : public completion_stream {
 public:
  metered_stream(std::shared_ptr<engine_core> core, principal const& who, std::string model, key_source key,
                 std::int64_t input, std::unique_ptr<completion_stream> inner)
      : core_(std::move(core)), who_(who), model_(std::move(model)), key_(key), inner_(std::move(inner)) {
    estimated_.input_tokens = input;
  }
  ~metered_stream() override {
    auto used = reported_ ? *reported_ : estimated_;
    core_->usage->add(scope_access::tenant(who_.tenant()),
                      usage_of(who_.user(), core_->clock->now(), model_, used, key_));
  }

  std::string model() const override { return inner_->model(); }
  std::vector<issue> warnings() const override { return inner_->warnings(); }

  task<result<std::optional<completion_event>>> next() override {
    auto event = co_await inner_->next();
    if (event && *event) watch(**event);
    co_return event;
  }

  std::optional<completion_event> ready() override {
    auto event = inner_->ready();
    if (event) watch(*event);
    return event;
  }

 private:
  void watch(completion_event const& event) {
    if (auto const* usage = std::get_if<usage_report>(&event)) reported_ = usage->usage;
    if (auto const* text = std::get_if<text_delta>(&event)) estimated_.output_tokens += estimate_tokens(text->text);
  }

  std::shared_ptr<engine_core> core_;
  principal who_;
  std::string model_;
  key_source key_;
  std::unique_ptr<completion_stream> inner_;
  token_usage estimated_;
  std::optional<token_usage> reported_;
};

}  // namespace

completions::completions(std::shared_ptr<engine_core> core, principal const& who)
    : core_(std::move(core)), who_(std::make_shared<principal const>(who)) {}

task<completion> completions::complete(completion_request request) {
  demand_models(*who_);
  auto const target = address(*core_, request);
  auto const input = estimate(request.messages);
  auto const key = co_await bring_key(*core_, *who_, target, request);
  auto outcome = co_await target.provider->complete(std::move(request));
  report_call(*core_, target.full_name, outcome, key);
  auto answer = std::move(outcome).value();
  token_usage estimated;
  estimated.input_tokens = input;
  estimated.output_tokens = estimate_tokens(text_of(answer.parts));
  auto const used =
      usage_of(who_->user(), core_->clock->now(), target.full_name, answer.usage.value_or(estimated), key);
  core_->usage->add(scope_access::tenant(who_->tenant()), used);
  co_return answer;
}

task<std::unique_ptr<completion_stream>> completions::stream(completion_request request) {
  demand_models(*who_);
  auto const target = address(*core_, request);
  auto const input = estimate(request.messages);
  auto const key = co_await bring_key(*core_, *who_, target, request);
  auto outcome = co_await target.provider->stream(std::move(request));
  report_call(*core_, target.full_name, outcome, key);
  auto inner = std::move(outcome).value();
  co_return std::make_unique<metered_stream>(core_, *who_, target.full_name, key, input, std::move(inner));
}

task<embedding_batch> completions::embed(embedding_request request) {
  demand_models(*who_);
  auto const target = address(*core_, request);
  token_usage estimated;
  for (auto const& text : request.texts) estimated.input_tokens += estimate_tokens(text);
  auto const key = co_await bring_key(*core_, *who_, target, request);
  auto outcome = co_await target.provider->embed(std::move(request));
  report_call(*core_, target.full_name, outcome, key);
  auto batch = std::move(outcome).value();
  auto const used = usage_of(who_->user(), core_->clock->now(), target.full_name, batch.usage.value_or(estimated), key);
  core_->usage->add(scope_access::tenant(who_->tenant()), used);
  co_return batch;
}

task<std::vector<model_info>> completions::models() {
  demand_models(*who_);
  co_return co_await core_->catalog->models();
}

std::vector<provider_health> completions::provider_health() const {
  demand_models(*who_);
  return core_->catalog->health();
}

}  // namespace sambung
