#include <sambung/services/tenancy/account.hpp>

#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/name.hpp"
#include "services/base/system_records.hpp"

#include <boost/json/serialize.hpp>

namespace sambung {
namespace {

constexpr std::size_t max_settings_bytes = 16 * 1'024;

void check_profile(profile_update const& changes) {
  std::vector<issue> issues;
  if (changes.name)
    if (auto wrong = name_fault(*changes.name)) issues.push_back({"name", std::move(*wrong)});
  if (changes.image && !changes.image->empty() && !changes.image->starts_with("https://") &&
      !changes.image->starts_with("data:image/"))
    issues.push_back({"image", "must be an https: or data:image/ URL"});
  if (changes.settings && boost::json::serialize(*changes.settings).size() > max_settings_bytes)
    issues.push_back({"settings", "at most " + std::to_string(max_settings_bytes) + " bytes of JSON"});
  if (issues.empty()) return;
  auto message = issues.front().path + ": " + issues.front().message;
  throw error(failure(errc::invalid_argument, std::move(message), std::move(issues)));
}

user changed(user before, profile_update changes) {
  if (changes.name) before.name = std::move(*changes.name);
  if (changes.image) {
    before.image = std::move(changes.image);
    if (before.image->empty()) before.image.reset();
  }
  if (changes.settings) before.settings = std::move(*changes.settings);
  return before;
}

task<user> read_profile(core_ptr core, identity who) {
  co_await admit(*core, who, permission::account);
  co_return (co_await system_records<user>(*core).get(who.user())).value();
}

task<user> update_profile(core_ptr core, identity who, profile_update changes) {
  co_await admit(*core, who, permission::account);
  check_profile(changes);
  auto const revision = changes.revision;
  auto const before = (co_await system_records<user>(*core).get(who.user())).value();
  auto after = changed(before, std::move(changes));
  after.revision = revision + 1;
  after.updated_at = core->clock->now();
  batch b;
  b.add(update<user>(after.id)
            .set(&user::name, after.name)
            .set(&user::image, after.image)
            .set(&user::settings, after.settings)
            .set(&user::updated_at, after.updated_at)
            .set(&user::revision, after.revision)
            .when(&user::revision, revision)
            .when(where(&user::state, comparison::not_equal, user_state::deleting)));
  audit_note note("user.updateSettings", to_string(after.id));
  note_in(b, entry_of(*core, who, std::move(note)));
  auto const written = co_await write_system(*core, std::move(b));
  if (!written && written.error().code == errc::conflict) throw error(errc::conflict, "the profile has changed since");
  written.value();
  co_return after;
}

task<user> update_latest_profile(core_ptr core, identity who, profile_update changes) {
  auto const seen = co_await read_profile(core, who);
  changes.revision = seen.revision;
  co_return co_await update_profile(std::move(core), std::move(who), std::move(changes));
}

}  // namespace

record_description describe_record(record_of<profile_update>) {
  return record<profile_update>()
      .range(&profile_update::revision, 1, std::numeric_limits<std::int64_t>::max())
      .text(&profile_update::name, 0, 200)
      .text(&profile_update::image, 0, 65'536)
      .text(&profile_update::settings, 0, max_settings_bytes);
}

task<user> account::profile() const { return read_profile(core_, who_); }

task<user> account::update(profile_update changes) const { return update_profile(core_, who_, std::move(changes)); }

task<user> account::update_latest(profile_update changes) const {
  return update_latest_profile(core_, who_, std::move(changes));
}

}  // namespace sambung
