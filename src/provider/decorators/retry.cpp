#include <sambung/provider/decorators/retry.hpp>

#include "provider/decorators/decorator.hpp"
#include "provider/decorators/first_content.hpp"
#include "provider/decorators/jitter.hpp"
#include "provider/decorators/provider_fault.hpp"
#include "provider/decorators/retry_budget.hpp"
#include "provider/timed.hpp"

namespace sambung {
namespace {

using std::chrono::milliseconds;

class retrying_provider final : public provider_decorator {
 public:
  retrying_provider(std::shared_ptr<provider> inner, retry_options options, std::shared_ptr<clock> clock,
                    std::shared_ptr<random_source> random)
      : provider_decorator(std::move(inner)),
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

 private:
  task<result<completion>> do_complete(completion_request request) override {
    return in_time<completion>(whole_answer, std::move(request));
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    return in_time<std::unique_ptr<completion_stream>>(stream_with_content, std::move(request));
  }

  task<result<embedding_batch>> do_embed(embedding_request request) override {
    return in_time<embedding_batch>(embeddings, std::move(request));
  }

  template <class T, class Request>
  task<result<T>> in_time(way_to_ask<T, Request> ask, Request request) {
    auto attempts = attempt<T>(ask, std::move(request));
    auto answer = co_await within<result<T>>(*clock_, options_.deadline, std::move(attempts));
    if (answer) co_return std::move(*answer);
    co_return failure(errc::deadline_exceeded, "the provider gave no answer within " +
                                                   std::to_string(options_.deadline.count()) +
                                                   " ms, however often it was asked");
  }

  template <class T, class Request>
  task<result<T>> attempt(way_to_ask<T, Request> ask, Request request) {
    stopwatch watch(clock_->now());
    budget_.earn(request.budget_key);
    for (std::int64_t number = 1;; ++number) {
      auto answer = co_await ask(inner(), request);
      if (answer || !worth_retrying(answer.error())) co_return answer;
      auto const& why = answer.error();
      auto const delay = delay_after(number, why);
      auto const left = options_.deadline - watch.passed(clock_->now());
      if (auto const obstacle = obstacle_to(number, why, delay, left, request.budget_key)) {
        notify(options_.observer, retries_ended{request.model, number, *obstacle, why});
        co_return answer;
      }
      notify(options_.observer, retry_scheduled{request.model, number, delay, why});
      co_await clock_->sleep(delay);
    }
  }

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

  retry_options options_;
  std::shared_ptr<clock> clock_;
  std::shared_ptr<random_source> random_;
  retry_budget budget_;
};

}  // namespace

std::shared_ptr<provider> retrying(std::shared_ptr<provider> inner, retry_options options, std::shared_ptr<clock> clock,
                                   std::shared_ptr<random_source> random) {
  return std::make_shared<retrying_provider>(std::move(inner), std::move(options), std::move(clock), std::move(random));
}

}  // namespace sambung
