#include "provider/first_content.hpp"

#include <utility>

namespace sambung {
namespace {

class begun_stream final : public completion_stream {
 public:
  begun_stream(std::unique_ptr<completion_stream> rest, std::optional<completion_event> usage, completion_event content)
      : rest_(std::move(rest)), usage_(std::move(usage)), content_(std::move(content)) {}

  std::string model() const override { return rest_->model(); }

  task<result<std::optional<completion_event>>> next() override {
    if (content_) return held();
    return rest_->next();
  }

  std::optional<completion_event> ready() override {
    if (usage_) return std::exchange(usage_, std::nullopt);
    if (content_) return std::exchange(content_, std::nullopt);
    return rest_->ready();
  }

 private:
  task<result<std::optional<completion_event>>> held() { co_return ready(); }

  std::unique_ptr<completion_stream> rest_;
  std::optional<completion_event> usage_;  // of the reports before the content the last, which counts
  std::optional<completion_event> content_;
};

}  // namespace

task<result<std::unique_ptr<completion_stream>>> stream_with_content(provider& from, completion_request request) {
  auto opened = co_await from.stream(std::move(request));
  if (!opened) co_return opened.error();
  std::optional<completion_event> usage;
  for (;;) {
    auto event = co_await (*opened)->next();
    if (!event) co_return event.error();
    if (!*event) co_return failure(errc::unavailable, "the provider's answer broke off");
    if (std::holds_alternative<usage_report>(**event)) {
      usage = std::move(*event);
      continue;
    }
    std::unique_ptr<completion_stream> begun =
        std::make_unique<begun_stream>(std::move(*opened), std::move(usage), std::move(**event));
    co_return begun;
  }
}

}  // namespace sambung
