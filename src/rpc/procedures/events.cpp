#include <sambung/rpc/procedures/events.hpp>

namespace sambung {
namespace {

// Encoded once for all who hear of it.
class followed_source final : public encoded_event_source {
 public:
  explicit followed_source(event_reader from) : from_(std::move(from)) {}

  task<std::optional<numbered_event<encoded_value>>> next() override {
    auto const json = co_await from_.next_json();
    co_return numbered(*json);
  }

  void notify(std::function<void()> told) override { from_.notify(std::move(told)); }
  std::optional<numbered_event<encoded_value>> next_now() override {
    auto const json = from_.json_now();
    return json ? std::optional(numbered(*json)) : std::nullopt;
  }
  bool rests() const override { return from_.rests(); }

 private:
  numbered_event<encoded_value> numbered(std::string const& json) const {
    encoded_value event(json, {});
    return {from_.position(), std::move(event)};
  }

  event_reader from_;
};

task<std::unique_ptr<encoded_event_source>> follow(workspace desk, follow_options what,
                                                   std::optional<std::int64_t> last_event) {
  auto events = desk.events();
  auto heard = co_await events.follow(std::move(what), last_event);
  std::unique_ptr<encoded_event_source> source = std::make_unique<followed_source>(std::move(heard));
  co_return source;
}

}  // namespace

void event_procedures(procedure_registry& registry) {
  registry.stream<follow_options, desk_event>("event.follow", permission::chat_read,
                                              "Tells what changes of what is the caller's, and the tenant's.", follow);
}

}  // namespace sambung
