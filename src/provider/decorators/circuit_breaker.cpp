#include <sambung/provider/decorators/circuit_breaker.hpp>

#include "provider/decorators/circuit.hpp"
#include "provider/decorators/decorator.hpp"
#include "provider/decorators/provider_fault.hpp"

namespace sambung {
namespace {

call_outcome outcome_of(failure const& why) {
  if (means_outage(why)) return call_outcome::failure;
  bool const says_nothing = why.code == errc::rate_limited || why.code == errc::cancelled;
  return says_nothing ? call_outcome::uncounted : call_outcome::success;
}

// One call through the circuit. Whoever drops it without a word was cancelled.
class passage {
 public:
  passage(std::shared_ptr<circuit> through, circuit::ticket ticket) : through_(std::move(through)), ticket_(ticket) {}
  ~passage() { end(begun_ ? call_outcome::success : call_outcome::uncounted); }
  passage(passage&& other) noexcept
      : through_(std::move(other.through_)), ticket_(other.ticket_), begun_(other.begun_) {}
  passage& operator=(passage&&) = delete;

  void begin() {
    if (std::exchange(begun_, true) || !through_) return;
    through_->begun(ticket_);
  }
  void end(call_outcome how) {
    if (auto const through = std::move(through_)) through->ended(ticket_, how);
  }

 private:
  std::shared_ptr<circuit> through_;  // null once it has ended
  circuit::ticket ticket_;
  bool begun_ = false;
};

class watched_stream final : public completion_stream {
 public:
  watched_stream(passage call, std::unique_ptr<completion_stream> inner)
      : inner_(std::move(inner)), call_(std::move(call)) {}

  std::string model() const override { return inner_->model(); }
  std::vector<issue> warnings() const override { return inner_->warnings(); }
  std::string billed_as() const override { return inner_->billed_as(); }

  task<result<std::optional<completion_event>>> next() override {
    auto event = co_await inner_->next();
    if (!event) call_.end(outcome_of(event.error()));
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
    if (!std::holds_alternative<usage_report>(event)) call_.begin();
    if (std::holds_alternative<completion_finished>(event)) call_.end(call_outcome::success);
  }

  std::unique_ptr<completion_stream> inner_;
  passage call_;
};

class breaking_provider final : public provider_decorator {
 public:
  breaking_provider(std::shared_ptr<provider> inner, std::shared_ptr<circuit> circuit)
      : provider_decorator(std::move(inner)), circuit_(std::move(circuit)) {}

  bool is_resting() const override { return circuit_->is_open() || provider_decorator::is_resting(); }

 private:
  task<result<completion>> do_complete(completion_request request) override {
    auto const ticket = circuit_->enter();
    if (!ticket) co_return ticket.error();
    passage call(circuit_, *ticket);
    auto answer = co_await inner().complete(std::move(request));
    call.end(answer ? call_outcome::success : outcome_of(answer.error()));
    co_return answer;
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    auto const ticket = circuit_->enter();
    if (!ticket) co_return ticket.error();
    passage call(circuit_, *ticket);
    auto opened = co_await inner().stream(std::move(request));
    if (!opened) {
      call.end(outcome_of(opened.error()));
      co_return opened.error();
    }
    std::unique_ptr<completion_stream> watched = std::make_unique<watched_stream>(std::move(call), std::move(*opened));
    co_return watched;
  }

  task<result<embedding_batch>> do_embed(embedding_request request) override {
    auto const ticket = circuit_->enter();
    if (!ticket) co_return ticket.error();
    passage call(circuit_, *ticket);
    auto batch = co_await inner().embed(std::move(request));
    call.end(batch ? call_outcome::success : outcome_of(batch.error()));
    co_return batch;
  }

  std::shared_ptr<circuit> circuit_;
};

}  // namespace

record_description describe_record(record_of<circuit_breaker_options>) {
  return record<circuit_breaker_options>().all_optional();
}

std::shared_ptr<provider> circuit_breaker(std::shared_ptr<provider> inner, circuit_breaker_options options,
                                          std::shared_ptr<clock> clock, std::shared_ptr<random_source> random) {
  auto shared = std::make_shared<circuit>(std::move(options), std::move(clock), std::move(random));
  return std::make_shared<breaking_provider>(std::move(inner), std::move(shared));
}

}  // namespace sambung
