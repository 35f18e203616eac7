#include <sambung/rpc/procedures/events.hpp>

namespace sambung {
namespace {

using desk_event_source = event_source<desk_event>;

class followed_source final : public desk_event_source {
 public:
  explicit followed_source(event_reader from) : from_(std::move(from)) {}

  task<std::optional<numbered_event<desk_event>>> next() override {
    auto event = co_await from_.next();
    if (!event) co_return std::nullopt;
    co_return numbered_event<desk_event>(from_.position(), std::move(*event));
  }

 private:
  event_reader from_;
};

task<std::unique_ptr<desk_event_source>> follow(workspace desk, follow_options what,
                                                std::optional<std::int64_t> last_event) {
  auto events = desk.events();
  auto heard = co_await events.follow(std::move(what), last_event);
  std::unique_ptr<desk_event_source> source = std::make_unique<followed_source>(std::move(heard));
  co_return source;
}

}  // namespace

void event_procedures(procedure_registry& registry) {
  registry.stream<follow_options, desk_event>("event.follow", permission::chat_read,
                                              "Tells what changes of what is the caller's, and the tenant's.", follow);
}

}  // namespace sambung
