#include "verb_table.hpp"

namespace sambung::python {

template <>
struct reached<events> {
  static constexpr auto on = target::workspace;
  static events of(handle const& h) { return h.as<workspace>().events(); }
};

namespace {

// One event behind another. A feed is kept for a while, so nothing is lost between two calls, and whoever iterates
// holds nothing here.
task<heard_event> next_event_of(events on, follow_options what, std::optional<std::int64_t> behind) {
  auto following = on.follow(std::move(what), behind);
  auto reader = co_await std::move(following);
  auto reading = reader.next();
  auto event = co_await std::move(reading);
  heard_event heard;
  heard.event = std::move(*event);
  heard.position = reader.position();
  co_return heard;
}

}  // namespace

void add_event_verbs(verb_table& to) {
  to.verb("events_wait", "what behind", [](events const& on, follow_options what, std::optional<std::int64_t> behind) {
    return next_event_of(on, std::move(what), behind);
  });
  to.verb("events_tell", "user name body", &events::tell);
}

}  // namespace sambung::python
