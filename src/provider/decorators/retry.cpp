#include <sambung/provider/decorators/retry.hpp>

#include "provider/decorators/decorator.hpp"
#include "provider/decorators/first_content.hpp"
#include "provider/decorators/jitter.hpp"
#include "provider/decorators/provider_fault.hpp"
#include "provider/decorators/retry_budget.hpp"
#include "provider/timed.hpp"

#include <deque>
#include <optional>

namespace sambung {
namespace {

using std::chrono::milliseconds;

// What all calls of one decorator share. Lifetime: as long as the last of its streams.
class retry_policy {
 public:
  retry_policy(std::shared_ptr<provider> inner, retry_options options, std::shared_ptr<clock> clock,
               std::shared_ptr<random_source> random)
      : inner_(std::move(inner)),
        options_(std::move(options)),
        clock_(required(std::move(clock), "the clock")),
        random_(required(std::move(random), "the source of randomness")),
        budget_(options_.budget_per_call, options_.budget_burst) {
    require(options_.max_retries >= 0 && options_.budget_per_call >= 0 && options_.budget_burst >= 0,
            "the retries and their budget must not be negative");
    require(options_.base_delay.count() >= 0 && options_.max_delay.count() >= 0 &&
                options_.max_retry_after.count() >= 0 && options_.deadline.count() > 0,
            "the times of retries must not be negative");
  }

  provider& inner() const { return *inner_; }
  timestamp now() const { return clock_->now(); }
  void earn(std::string const& budget_key) { budget_.earn(budget_key); }

  // One call, with the attempts and the time that it has taken.
  struct call {
    call(std::string model_, std::string budget_key_, timestamp now)
        : model(std::move(model_)), budget_key(std::move(budget_key_)), watch(now) {}

    std::string model;
    std::string budget_key;
    std::function<void(failure const& why)> repeated;
    stopwatch watch;
    std::int64_t attempts = 1;
  };

  // After an attempt that failed: waits for the next one, unless there is to be none.
  task<bool> again(call& of, failure const& why) {
    if (!worth_retrying(why)) co_return false;
    auto const delay = delay_after(of.attempts, why);
    auto const left = options_.deadline - of.watch.passed(now());
    if (auto const obstacle = obstacle_to(of.attempts, why, delay, left, of.budget_key)) {
      notify(options_.observer, retries_ended{of.model, of.attempts, *obstacle, why});
      co_return false;
    }
    notify(options_.observer, retry_scheduled{of.model, of.attempts, delay, why});
    if (of.repeated) of.repeated(why);
    co_await clock_->sleep(delay);
    ++of.attempts;
    co_return true;
  }

  // What `attempts` gives within the time that the call has left.
  template <class T>
  task<result<T>> in_time(call& of, task<result<T>> attempts) {
    auto const left = options_.deadline - of.watch.passed(now());
    auto answer = co_await within<result<T>>(*clock_, left, std::move(attempts));
    if (answer) co_return std::move(*answer);
    co_return failure(errc::deadline_exceeded, "the provider gave no answer within " +
                                                   std::to_string(options_.deadline.count()) +
                                                   " ms, however often it was asked");
  }

 private:
  // A time that the vendor named is the earliest; the jitter comes on top.
  milliseconds delay_after(std::int64_t number, failure const& why) const {
    auto most = std::min(options_.base_delay, options_.max_delay);
    for (std::int64_t i = 1; i < number && most < options_.max_delay; ++i)
      most = std::min(2 * most, options_.max_delay);
    if (!why.retry_after) return random_time(*random_, most);
    auto const named = std::clamp(*why.retry_after, milliseconds(0), options_.max_retry_after);
    return named + random_time(*random_, std::min(options_.base_delay, most));
  }

  std::optional<retry_obstacle> obstacle_to(std::int64_t number, failure const& why, milliseconds delay,
                                            milliseconds left, std::string_view key) {
    if (number > options_.max_retries) return retry_obstacle::attempts;
    if (why.retry_after && *why.retry_after > options_.max_retry_after) return retry_obstacle::retry_after;
    if (delay >= left) return retry_obstacle::deadline;
    if (!budget_.spend(key)) return retry_obstacle::budget;
    return std::nullopt;
  }

  std::shared_ptr<provider> inner_;
  retry_options options_;
  std::shared_ptr<clock> clock_;
  std::shared_ptr<random_source> random_;
  retry_budget budget_;
};

// A stream that is opened again when it fails before its first content.
class retried_stream final : public completion_stream {
 public:
  retried_stream(std::shared_ptr<retry_policy> policy, retry_policy::call call, completion_request request,
                 std::unique_ptr<completion_stream> opened)
      : policy_(std::move(policy)), call_(std::move(call)), request_(std::move(request)), opened_(std::move(opened)) {}

  std::string model() const override { return opened_ ? opened_->model() : call_.model; }
  std::vector<issue> warnings() const override { return opened_ ? opened_->warnings() : std::vector<issue>(); }
  std::string billed_as() const override { return opened_ ? opened_->billed_as() : std::string(); }

  task<result<std::optional<completion_event>>> next() override {
    if (request_) return first();
    if (!held_.empty()) return held();
    return opened_->next();
  }

  std::optional<completion_event> ready() override {
    if (request_) return std::nullopt;
    if (held_.empty()) return opened_->ready();
    std::optional<completion_event> event = std::move(held_.front());
    held_.pop_front();
    return event;
  }

 private:
  task<result<std::optional<completion_event>>> first() {
    if (failed_) co_return *failed_;
    auto attempts = begin();
    auto const begun = co_await policy_->in_time(call_, std::move(attempts));
    if (!begun) co_return failed_.emplace(begun.error());
    request_.reset();
    co_return ready();
  }

  task<result<std::optional<completion_event>>> held() { co_return ready(); }

  task<result<void>> begin() {
    for (;;) {
      auto outcome = co_await attempt();
      if (outcome) co_return outcome;
      opened_.reset();
      held_.clear();
      bool const again = co_await policy_->again(call_, outcome.error());
      if (!again) co_return outcome;
    }
  }

  task<result<void>> attempt() {
    if (!opened_) {
      auto opened = co_await policy_->inner().stream(*request_);
      if (!opened) co_return opened.error();
      opened_ = std::move(*opened);
    }
    co_return co_await until_content(*opened_, held_);
  }

  std::shared_ptr<retry_policy> policy_;
  retry_policy::call call_;
  std::optional<completion_request> request_;  // until the first content
  std::unique_ptr<completion_stream> opened_;
  std::deque<completion_event> held_;
  std::optional<failure> failed_;
};

class retrying_provider final : public provider_decorator {
 public:
  retrying_provider(std::shared_ptr<provider> inner, retry_options options, std::shared_ptr<clock> clock,
                    std::shared_ptr<random_source> random)
      : provider_decorator(inner),
        policy_(std::make_shared<retry_policy>(std::move(inner), std::move(options), std::move(clock),
                                               std::move(random))) {}

 private:
  task<result<completion>> do_complete(completion_request request) override {
    auto call = begin(request);
    co_return co_await asked<completion>(call, whole_answer, request);
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    auto call = begin(request);
    auto opened = co_await asked<std::unique_ptr<completion_stream>>(call, open_stream, request);
    if (!opened) co_return opened;
    std::unique_ptr<completion_stream> made =
        std::make_unique<retried_stream>(policy_, std::move(call), std::move(request), std::move(*opened));
    co_return made;
  }

  task<result<embedding_batch>> do_embed(embedding_request request) override {
    auto call = begin(request);
    co_return co_await asked<embedding_batch>(call, embeddings, request);
  }

  template <class Request>
  retry_policy::call begin(Request const& request) {
    policy_->earn(request.budget_key);
    retry_policy::call made(request.model, request.budget_key, policy_->now());
    if constexpr (requires { request.repeated; }) made.repeated = request.repeated;
    return made;
  }

  template <class T, class Request>
  task<result<T>> asked(retry_policy::call& call, way_to_ask<T, Request> ask, Request const& request) {
    auto attempts = attempt<T>(call, ask, request);
    co_return co_await policy_->in_time(call, std::move(attempts));
  }

  template <class T, class Request>
  task<result<T>> attempt(retry_policy::call& call, way_to_ask<T, Request> ask, Request const& request) {
    for (;;) {
      auto answer = co_await ask(policy_->inner(), request);
      if (answer) co_return answer;
      bool const again = co_await policy_->again(call, answer.error());
      if (!again) co_return answer;
    }
  }

  std::shared_ptr<retry_policy> policy_;
};

}  // namespace

record_description describe_record(record_of<retry_options>) { return record<retry_options>().all_optional(); }

std::shared_ptr<provider> retrying(std::shared_ptr<provider> inner, retry_options options, std::shared_ptr<clock> clock,
                                   std::shared_ptr<random_source> random) {
  return std::make_shared<retrying_provider>(std::move(inner), std::move(options), std::move(clock), std::move(random));
}

}  // namespace sambung
