#include "services/base/revocations.hpp"

#include <sambung/records/security_epoch.hpp>

#include "services/base/access.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

void revocations::count_in(batch& b) {
  security_epoch one;
  one.count = 1;
  b.add(increment(one, &security_epoch::count));
}

task<void> revocations::announce() {
  batch b;
  count_in(b);
  (co_await core_.store->write(system_rows(), std::move(b))).value();
  happened();
}

task<void> revocations::watch() {
  auto const stored = co_await core_.records<security_epoch>(system_rows()).get(security_epoch().id);
  if (!stored && stored.error().code == errc::not_found) co_return;
  auto const count = stored.value().count;
  if (seen_.exchange(count) != count) happened();
}

}  // namespace sambung
