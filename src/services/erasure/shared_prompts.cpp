#include "services/erasure/shared_prompts.hpp"

#include "core/text.hpp"
#include "services/base/access.hpp"
#include "services/base/system_records.hpp"

#include <sambung/records/membership.hpp>
#include <sambung/records/prompt_template.hpp>
#include <sambung/records/user.hpp>

#include <array>
#include <tuple>

namespace sambung {
namespace {

constexpr std::size_t max_name_bytes = 400;

// What a prompt keeps of what it is called by.
struct called {
  bool name = true;
  bool command = true;
};
constexpr std::array<called, 4> in_this_order{{{true, true}, {true, false}, {false, true}, {false, false}}};

// Nothing is left to somebody whose row is damaged.
task<bool> is_present(engine_core& core, user_id id) {
  auto const found = co_await system_records<user>(core).get(id);
  if (found) co_return found->state != user_state::deleting;
  auto const& why = found.error();
  if (why.code != errc::not_found && why.code != errc::data_loss) throw error(why);
  co_return false;
}

// Of one millisecond ids tell which came first.
bool is_elder(membership const& one, membership const& other) {
  return std::tie(one.created_at, one.id) < std::tie(other.created_at, other.id);
}

task<std::optional<user_id>> eldest_owner(engine_core& core, tenant_id home, user_id leaving) {
  auto const places = system_records<membership>(core);
  std::optional<membership> eldest;
  page_request which(max_page_size);
  do {
    query q = places.where(&membership::tenant_id, home);
    q = std::move(q).where(where(&membership::role, member_role::owner));
    auto found = (co_await places.list(std::move(q), which)).value();
    for (auto const& place : found.items) {
      if (place.user_id == leaving || place.state != membership_state::active) continue;
      if (eldest && !is_elder(place, *eldest)) continue;
      bool const stays = co_await is_present(core, place.user_id);
      if (stays) eldest = place;
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  co_return eldest ? std::optional(eldest->user_id) : std::nullopt;
}

std::string name_of_its_own(prompt_template const& one) {
  auto const suffix = " (" + to_string(one.id) + ')';
  return one.name.substr(0, whole_characters(one.name, max_name_bytes - suffix.size())) + suffix;
}

// That it is shared is said for all who hear of it.
change handed_over(prompt_template const& seen, user_id to, called how, timestamp now) {
  auto const name = how.name ? seen.name : name_of_its_own(seen);
  auto const command = how.command ? seen.command : std::nullopt;
  return update<prompt_template>(seen.id)
      .set(&prompt_template::owner_id, to)
      .set(&prompt_template::name, name)
      .set(&prompt_template::command, command)
      .set(&prompt_template::updated_at, now)
      .set(&prompt_template::revision, seen.revision + 1)
      .when(&prompt_template::revision, seen.revision)
      .when(&prompt_template::visibility, visibility::tenant);
}

enum class outcome {
  handed_over,
  elsewhere,  // somebody else has removed it, or has been given it
  left        // it is shared no more, or its new owner has every name that it could get
};

task<outcome> hand_over(engine_core& core, scope rows, prompt_template seen, user_id to) {
  auto const from = seen.owner_id;
  auto const records = core.records<prompt_template>(rows);
  auto how = in_this_order.begin();
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto next = handed_over(seen, to, *how, core.clock->now());
    auto const written = co_await records.write(std::move(next));
    if (written) co_return outcome::handed_over;
    auto const& why = written.error();
    if (why.code == errc::already_exists) {
      if (++how == in_this_order.end()) co_return outcome::left;
      continue;
    }
    if (!was_overtaken(why)) throw error(why);
    auto again = co_await records.get(seen.id);
    if (!again && again.error().code == errc::not_found) co_return outcome::elsewhere;
    seen = std::move(again).value();
    if (seen.owner_id != from) co_return outcome::elsewhere;
    if (seen.visibility != visibility::tenant) co_return outcome::left;
  }
  throw error(errc::conflict, "a prompt kept changing");
}

}  // namespace

// Until it is somebody's who stays: who goes at the same time may have looked for their own already.
task<shared_prompt> leave_prompt(engine_core& core, tenant_id home, prompt_template_id id, user_id from) {
  auto const rows = tenant_rows(home);
  auto const records = core.records<prompt_template>(rows);
  auto others = shared_prompt::of_others;
  for (auto owner = from;;) {
    auto const found = co_await records.get(id);
    if (!found && found.error().code == errc::not_found) co_return others;
    if (!found && found.error().code == errc::data_loss) co_return shared_prompt::of_nobody_else;
    if (found.value().owner_id != owner) co_return others;
    if (found->visibility != visibility::tenant) co_return shared_prompt::of_nobody_else;
    auto const to = co_await eldest_owner(core, home, owner);
    if (!to) co_return shared_prompt::of_nobody_else;
    auto const done = co_await hand_over(core, rows, *found, *to);
    if (done == outcome::left) co_return shared_prompt::of_nobody_else;
    if (done == outcome::elsewhere) co_return others;
    others = shared_prompt::handed_over;
    bool const stays = co_await is_present(core, *to);
    if (stays) co_return others;
    owner = *to;
  }
}

}  // namespace sambung
