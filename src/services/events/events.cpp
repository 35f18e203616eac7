#include <sambung/services/events/events.hpp>

#include "broker/topic_access.hpp"
#include "services/base/access.hpp"
#include "services/base/engine_metrics.hpp"
#include "services/base/revocations.hpp"
#include "services/events/events_state.hpp"
#include "services/events/follower.hpp"
#include "services/turns/chat_access.hpp"

namespace sambung {

record_description describe_record(record_of<event_told>) {
  return record<event_told>().text(&event_told::name, 1, 100);
}

record_description describe_record(record_of<follow_options>) {
  return record<follow_options>().items(&follow_options::chat_ids, 50).items(&follow_options::kinds, 3).all_optional();
}

namespace {

[[noreturn]] void refuse(std::string path, std::string const& why) {
  throw error(failure(errc::invalid_argument, path + ": " + why, {{path, why}}));
}

// Nobody hears whether there is a chat of somebody else's.
task<void> demand_own_chats(engine_core& core, principal const& who, std::vector<chat_id> const& which) {
  auto const access = co_await chat_access::open(core, who, permission::chat_read);
  for (auto const& one : which) co_await access.own(one);
}

task<event_reader> follow_events(core_ptr core, principal who, follow_options what,
                                 std::optional<std::int64_t> behind) {
  validate(what).value();
  if (behind && *behind < 0) refuse("behind", "must not be negative");
  auto const revocations = core->revocations->generation();
  co_await demand_own_chats(*core, who, what.chat_ids);
  std::shared_ptr<subscription> heard = (co_await core->broker->subscribe(topics_of(who))).value();
  core->events->enter(who.user(), heard);
  auto from = std::make_shared<event_reader::source>(std::move(core), std::move(who), std::move(what), revocations,
                                                     std::move(heard));
  co_await from->begin(behind);
  co_return event_reader(std::move(from));
}

task<void> tell_event(core_ptr core, principal who, user_id whom, event_told what) {
  co_await admit(*core, who, permission::none);
  validate(what).value();
  desk_event const told = std::move(what);
  auto payload = to_json_text(told);
  auto const& body = std::get<event_told>(told).body;
  if (to_json_text(body).size() > max_told_bytes)
    refuse("body", "at most " + std::to_string(max_told_bytes) + " bytes");
  core->broker->append(topic_access::member(who.tenant(), whom), std::move(payload));
  core->measured->events_out.add();
}

}  // namespace

event_reader::event_reader() noexcept = default;
event_reader::event_reader(std::shared_ptr<source> from) : from_(std::move(from)) {}
event_reader::event_reader(event_reader&&) noexcept = default;
event_reader& event_reader::operator=(event_reader&&) noexcept = default;
event_reader::~event_reader() = default;

std::shared_ptr<event_reader::source> const& event_reader::demanded() const {
  if (!from_) throw error(errc::invalid_argument, "this reader follows nothing: it was made empty, or moved from");
  return from_;
}

task<std::optional<desk_event>> event_reader::next() { return demanded()->next(from_); }

task<std::shared_ptr<std::string const>> event_reader::next_json() { return demanded()->next_json(from_); }

void event_reader::notify(std::function<void()> told) { demanded()->notify(std::move(told)); }

std::shared_ptr<std::string const> event_reader::json_now() { return demanded()->json_now(); }

bool event_reader::rests() const { return demanded()->rests(); }

std::int64_t event_reader::position() const { return demanded()->position(); }

events::events(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<event_reader> events::follow(follow_options what, std::optional<std::int64_t> behind) const {
  return follow_events(core_, who_, std::move(what), behind);
}

task<void> events::tell(user_id whom, std::string name, boost::json::value body) const {
  event_told what;
  what.name = std::move(name);
  what.body = std::move(body);
  return tell_event(core_, who_, whom, std::move(what));
}

}  // namespace sambung
