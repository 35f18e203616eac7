#include "provider/decorators/first_content.hpp"

#include <deque>
#include <utility>

namespace sambung {
namespace {

// More without content than this is passed on as it is.
constexpr std::size_t most_held = 64;

class begun_stream final : public completion_stream {
 public:
  begun_stream(std::unique_ptr<completion_stream> rest, std::deque<completion_event> held)
      : rest_(std::move(rest)), held_(std::move(held)) {}

  std::string model() const override { return rest_->model(); }
  std::vector<issue> warnings() const override { return rest_->warnings(); }
  std::string billed_as() const override { return rest_->billed_as(); }

  task<result<std::optional<completion_event>>> next() override {
    if (!held_.empty()) return held();
    return rest_->next();
  }

  std::optional<completion_event> ready() override {
    if (held_.empty()) return rest_->ready();
    std::optional<completion_event> first = std::move(held_.front());
    held_.pop_front();
    return first;
  }

 private:
  task<result<std::optional<completion_event>>> held() { co_return ready(); }

  std::unique_ptr<completion_stream> rest_;
  std::deque<completion_event> held_;
};

bool is_report(completion_event const& event) { return std::holds_alternative<usage_report>(event); }

bool is_content(completion_event const& event) {
  return !is_report(event) && !std::holds_alternative<vendor_chunk>(event);
}

}  // namespace

task<result<void>> until_content(completion_stream& from, std::deque<completion_event>& held) {
  while (held.size() < most_held) {
    auto event = co_await from.next();
    if (!event) co_return event.error();
    if (!*event) co_return failure(errc::unavailable, "the provider's answer broke off");
    if (is_report(**event)) std::erase_if(held, is_report);  // the last one counts
    held.push_back(std::move(**event));
    if (is_content(held.back())) break;
  }
  co_return result<void>();
}

task<result<std::unique_ptr<completion_stream>>> stream_with_content(provider& from, completion_request request) {
  auto opened = co_await from.stream(std::move(request));
  if (!opened) co_return opened.error();
  std::deque<completion_event> held;
  auto const begins = co_await until_content(**opened, held);
  if (!begins) co_return begins.error();
  std::unique_ptr<completion_stream> begun = std::make_unique<begun_stream>(std::move(*opened), std::move(held));
  co_return begun;
}

}  // namespace sambung
