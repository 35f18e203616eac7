#include "services/turns/turn_watch.hpp"

#include "core/enum_name.hpp"
#include "services/base/access.hpp"

namespace sambung {
namespace {

std::string provider_in(std::optional<std::string> const& model) {
  return model ? model->substr(0, model->find('/')) : std::string();
}

// The root of a trace of its own: it outlives the call that began it, which it is linked to.
span turn_span(engine_core const& core, turn_plan const& plan) {
  if (!core.tracer) return span();
  auto made = core.tracer->start("turn", span_kind::internal);
  if (!made) return made;
  if (auto const& call = plan.rows.call().span()) made.link(*call);
  made.set("gen_ai.conversation.id", to_string(plan.chat.id));
  made.set("sambung.message.id", to_string(plan.answer.id));
  return made;
}

}  // namespace

turn_watch::turn_watch(engine_core& core, turn_plan& plan)
    : measured_(*core.measured), provider_(provider_in(plan.answer.model)), span_(turn_span(core, plan)) {
  span_.set("gen_ai.provider.name", provider_);
  plan.rows = rows_within(plan.rows, span_.context());
  measured_.turns_in_flight.add(1);
}

turn_watch::~turn_watch() { end(); }

void turn_watch::text_came() {
  if (std::exchange(spoke_, true)) return;
  measured_.turn_first_texts.at({provider_}).observe(seconds());
}

void turn_watch::ended(answer_end const& how, std::optional<failure> const& why) {
  if (ended_) return;
  auto const state = name_of(how.state);
  measured_.turns.at({state, provider_}).add();
  measured_.turn_durations.at({state, provider_}).observe(seconds());
  span_.set("sambung.turn.state", state);
  if (why) span_.fail(to_string(why->code));
  end();
}

void turn_watch::abandoned(failure const& why) {
  if (ended_) return;
  span_.fail(to_string(why.code));
  end();
}

double turn_watch::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

void turn_watch::end() {
  if (std::exchange(ended_, true)) return;
  measured_.turns_in_flight.add(-1);
  span_.end();
}

}  // namespace sambung
