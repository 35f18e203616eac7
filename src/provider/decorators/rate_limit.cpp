#include <sambung/provider/decorators/rate_limit.hpp>

#include "provider/decorators/decorator.hpp"
#include "provider/decorators/throttle.hpp"

namespace sambung {
namespace {

// What images and files cost is the vendor's secret; their bytes are no measure of it.
std::size_t text_bytes(part const& p) {
  if (auto const* text = std::get_if<text_part>(&p)) return text->text.size();
  if (auto const* reasoning = std::get_if<reasoning_part>(&p)) return reasoning->text.size();
  if (auto const* call = std::get_if<tool_call_part>(&p)) return call->name.size() + call->arguments.size();
  if (auto const* answer = std::get_if<tool_result_part>(&p)) return answer->text.size();
  return 0;
}

std::int64_t estimated_input(completion_request const& request) {
  std::int64_t tokens = 0;
  for (auto const& message : request.messages) {
    std::size_t bytes = 0;
    for (auto const& p : message.parts) bytes += text_bytes(p);
    tokens += tokens_per_message + tokens_of_bytes(bytes);
  }
  return tokens;
}

std::int64_t total_of(token_usage const& usage) { return usage.input_tokens + usage.output_tokens; }

// Passes events on and settles what they cost, at their end or when the reader leaves before.
class metered_stream final : public completion_stream {
 public:
  metered_stream(throttle::admission admission, std::int64_t input, std::unique_ptr<completion_stream> inner)
      : inner_(std::move(inner)), admission_(std::move(admission)), input_(input) {}
  ~metered_stream() override { settle(); }

  std::string model() const override { return inner_->model(); }
  std::vector<issue> warnings() const override { return inner_->warnings(); }
  std::string billed_as() const override { return inner_->billed_as(); }

  task<result<std::optional<completion_event>>> next() override {
    auto event = co_await inner_->next();
    if (!event) fail();
    else if (*event) watch(**event);
    co_return event;
  }

  std::optional<completion_event> ready() override {
    auto event = inner_->ready();
    if (event) watch(*event);
    return event;
  }

 private:
  void watch(completion_event const& event) {
    if (auto const* usage = std::get_if<usage_report>(&event)) reported_ = total_of(usage->usage);
    else output_bytes_ += size_of(event);
    if (std::holds_alternative<completion_finished>(event)) settle();
  }
  void fail() {
    if (output_bytes_ == 0 && !reported_) reported_ = 0;
    settle();
  }
  void settle() { admission_.settle(reported_.value_or(input_ + tokens_of_bytes(output_bytes_))); }

  std::unique_ptr<completion_stream> inner_;
  throttle::admission admission_;
  std::int64_t input_;
  std::size_t output_bytes_ = 0;
  std::optional<std::int64_t> reported_;
};

std::int64_t cost_of(completion const& answer, std::int64_t input) {
  if (answer.usage) return total_of(*answer.usage);
  std::size_t bytes = 0;
  for (auto const& p : answer.parts) bytes += text_bytes(p);
  return input + tokens_of_bytes(bytes);
}

class throttled_provider final : public provider_decorator {
 public:
  throttled_provider(std::shared_ptr<provider> inner, std::int64_t assumed_output, std::shared_ptr<throttle> by)
      : provider_decorator(std::move(inner)), assumed_output_(assumed_output), throttle_(std::move(by)) {}

 private:
  task<result<completion>> do_complete(completion_request request) override {
    auto const input = estimated_input(request);
    auto admission = co_await throttle_->enter(request.model, estimated_cost(request, assumed_output_));
    if (!admission) co_return admission.error();
    auto answer = co_await inner().complete(std::move(request));
    admission->settle(answer ? cost_of(*answer, input) : 0);
    co_return answer;
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    auto const input = estimated_input(request);
    auto admission = co_await throttle_->enter(request.model, estimated_cost(request, assumed_output_));
    if (!admission) co_return admission.error();
    auto opened = co_await inner().stream(std::move(request));
    if (!opened) {
      admission->settle(0);
      co_return opened.error();
    }
    std::unique_ptr<completion_stream> metered =
        std::make_unique<metered_stream>(std::move(*admission), input, std::move(*opened));
    co_return metered;
  }

  task<result<embedding_batch>> do_embed(embedding_request request) override {
    std::int64_t input = 0;
    for (auto const& text : request.texts) input += tokens_of_bytes(text.size());
    auto admission = co_await throttle_->enter(request.model, input);
    if (!admission) co_return admission.error();
    auto batch = co_await inner().embed(std::move(request));
    admission->settle(!batch ? 0 : batch->usage ? total_of(*batch->usage) : input);
    co_return batch;
  }

  std::int64_t assumed_output_;
  std::shared_ptr<throttle> throttle_;
};

}  // namespace

record_description describe_record(record_of<rate_limited_options>) {
  return record<rate_limited_options>().all_optional();
}

std::int64_t estimated_cost(completion_request const& request, std::int64_t assumed_output) {
  return estimated_input(request) + request.max_tokens.value_or(assumed_output);
}

std::shared_ptr<provider> rate_limited(std::shared_ptr<provider> inner, rate_limited_options options,
                                       std::shared_ptr<clock> clock) {
  auto const assumed_output = options.assumed_output_tokens;
  auto line = std::make_shared<throttle>(std::move(options), std::move(clock));
  return std::make_shared<throttled_provider>(std::move(inner), assumed_output, std::move(line));
}

}  // namespace sambung
