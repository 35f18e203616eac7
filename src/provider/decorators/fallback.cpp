#include <sambung/provider/decorators/fallback.hpp>

#include "provider/decorators/decorator.hpp"
#include "provider/decorators/first_content.hpp"
#include "provider/decorators/provider_fault.hpp"
#include "provider/timed.hpp"

#include <algorithm>

namespace sambung {
namespace {

// The stream of a candidate that is not billed as what was asked for, unless it says itself what it is billed as.
class billed_stream final : public completion_stream {
 public:
  billed_stream(std::unique_ptr<completion_stream> inner, std::string name)
      : inner_(std::move(inner)), name_(std::move(name)) {}

  std::string model() const override { return inner_->model(); }
  std::vector<issue> warnings() const override { return inner_->warnings(); }
  std::string billed_as() const override {
    auto own = inner_->billed_as();
    return own.empty() ? name_ : own;
  }
  task<result<std::optional<completion_event>>> next() override { return inner_->next(); }
  std::optional<completion_event> ready() override { return inner_->ready(); }

 private:
  std::unique_ptr<completion_stream> inner_;
  std::string name_;
};

void bill(completion& answer, std::string const& name) {
  if (answer.billed_as.empty()) answer.billed_as = name;
}
void bill(embedding_batch& answer, std::string const& name) {
  if (answer.billed_as.empty()) answer.billed_as = name;
}
void bill(std::unique_ptr<completion_stream>& answer, std::string const& name) {
  answer = std::make_unique<billed_stream>(std::move(answer), name);
}

// Tells whoever follows the call of a candidate that fails, unless it is a fallback itself and has told of its own.
class candidate_watch {
 public:
  candidate_watch(completion_request const& call, completion_request& asked) : call_(call) {
    if (!call.candidate_failed) return;
    asked.candidate_failed = [told = told_, tell = call.candidate_failed](std::string_view name, failure const& why) {
      *told = true;
      tell(name, why);
    };
  }

  void failed(std::string_view name, failure const& why) const {
    if (call_.candidate_failed && !*told_) call_.candidate_failed(name, why);
  }

 private:
  completion_request const& call_;
  std::shared_ptr<bool> told_ = std::make_shared<bool>(false);
};

class fallback_provider final : public provider {
 public:
  fallback_provider(std::vector<fallback_candidate> candidates, fallback_options options, std::shared_ptr<clock> clock)
      : candidates_(std::move(candidates)),
        options_(std::move(options)),
        clock_(required(std::move(clock), "the clock")) {
    require(!candidates_.empty(), "a fallback needs candidates");
    require(!options_.patience || options_.patience->count() > 0, "the patience with a candidate must be positive");
    for (auto const& each : candidates_) required(each.from, "a candidate's provider");
  }

  std::string key_host() const override {
    auto host = candidates_.front().from->key_host();
    bool const shared =
        std::ranges::all_of(candidates_, [&](auto const& each) { return each.from->key_host() == host; });
    return shared ? host : std::string();
  }

  // Each candidate judges for itself.
  model_capabilities capabilities(std::string_view) const override { return {}; }

 private:
  task<result<completion>> do_complete(completion_request request) override {
    co_return co_await first_answer<completion>(whole_answer, request);
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    co_return co_await first_answer<std::unique_ptr<completion_stream>>(stream_with_content, request);
  }

  // Of the first candidate alone: vectors of different models cannot be compared.
  task<result<embedding_batch>> do_embed(embedding_request request) override {
    auto const& first = candidates_.front();
    if (!first.model.empty()) request.model = first.model;
    auto batch = co_await first.from->embed(std::move(request));
    if (batch && !first.billed_as.empty()) bill(*batch, first.billed_as);
    co_return batch;
  }

  task<result<std::vector<model_info>>> do_models() override {
    result<std::vector<model_info>> offered;
    for (auto const& each : candidates_) {
      offered = co_await each.from->models();
      if (offered) break;
    }
    co_return offered;
  }

  task<result<void>> do_check() override {
    result<void> works;
    for (auto const& each : candidates_) {
      works = co_await each.from->check();
      if (works) break;
    }
    co_return works;
  }

  template <class T>
  task<result<T>> first_answer(way_to_ask<T> ask, completion_request const& request) {
    for (std::size_t i = 0;; ++i) {
      auto const& candidate = candidates_[i];
      bool const last = i + 1 == candidates_.size();
      auto asked = request;
      if (!candidate.model.empty()) asked.model = candidate.model;
      candidate_watch const watch(request, asked);
      auto call = ask(*candidate.from, std::move(asked));
      if (options_.patience && !last) call = patiently<T>(std::move(call));
      auto answer = co_await std::move(call);
      if (answer && !candidate.billed_as.empty()) bill(*answer, candidate.billed_as);
      if (!answer) watch.failed(candidate.name, answer.error());
      if (answer || last || !worth_another_candidate(answer.error())) co_return answer;
      notify(options_.observer, fell_back{candidate.name, candidates_[i + 1].name, answer.error()});
    }
  }

  template <class T>
  task<result<T>> patiently(task<result<T>> call) {
    auto answer = co_await within<result<T>>(*clock_, *options_.patience, std::move(call));
    if (answer) co_return std::move(*answer);
    co_return failure(errc::deadline_exceeded,
                      "the provider gave no answer within " + std::to_string(options_.patience->count()) + " ms");
  }

  std::vector<fallback_candidate> candidates_;
  fallback_options options_;
  std::shared_ptr<clock> clock_;
};

}  // namespace

record_description describe_record(record_of<fallback_options>) { return record<fallback_options>().all_optional(); }

std::shared_ptr<provider> fallback(std::vector<fallback_candidate> candidates, fallback_options options,
                                   std::shared_ptr<clock> clock) {
  return std::make_shared<fallback_provider>(std::move(candidates), std::move(options), std::move(clock));
}

void fallback_alias(provider_registry& of, std::string name, std::vector<std::string> const& targets,
                    fallback_options options) {
  std::vector<fallback_candidate> candidates;
  for (auto const& target : targets) {
    auto const found = of.find_model(target).value();
    auto& made = candidates.emplace_back(found.provider, std::string(found.model), std::string(found.full_name));
    if (candidates.size() > 1) made.billed_as = found.full_name;
  }
  auto all = fallback(std::move(candidates), std::move(options));
  of.alias(std::move(name), targets.front(), std::move(all));
}

}  // namespace sambung
