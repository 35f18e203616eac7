#include "services/accounting/usage_meter.hpp"

#include "core/day.hpp"
#include "services/accounting/accounting_state.hpp"
#include "services/accounting/quota_book.hpp"
#include "services/base/access.hpp"
#include "services/base/engine_core.hpp"

#include <boost/describe/enum_to_string.hpp>

namespace sambung {

usage_counter no_usage(user_id user, timestamp when, std::string model, key_source key) {
  usage_counter counter;
  counter.user_id = user;
  counter.day = day_of(when);
  counter.model = std::move(model);
  counter.id = to_string(user) + '/' + counter.day + '/' + counter.model;
  if (key != key_source::configured) counter.id += std::string("#") + boost::describe::enum_to_string(key, "");
  counter.key = key;
  return counter;
}

change count(usage_counter const& used) {
  increment_row made{description_of<usage_counter>().table, to_row(used), {}};
  for_each_integer<usage_counter>([&](auto member) { made.add.emplace_back(member_name(member)); });
  return made;
}

void usage_meter::add(scope const& who, usage_counter const& used) {
  std::lock_guard const lock(mutex_);
  auto const [place, fresh] = gathered_[unmarked_rows(who)].try_emplace(used.id, used);
  if (!fresh) add_integers(place->second, used);
}

task<void> usage_meter::write() {
  gathered taken;
  {
    std::lock_guard const lock(mutex_);
    taken.swap(gathered_);
  }
  for (auto const& [who, counters] : taken)
    for (auto const& [id, used] : counters) {
      batch b;
      b.add(count(used));
      auto const written = co_await core_.store->write(who, std::move(b));
      if (written) core_.accounting->quotas.confirm_written(who, used);
      else if (written.error().code == errc::unavailable) add(who, used);
    }
}

}  // namespace sambung
