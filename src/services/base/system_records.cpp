#include "services/base/system_records.hpp"

#include "services/base/revocations.hpp"

namespace sambung {

task<result<receipt>> write_system(engine_core const& core, batch b) {
  co_return co_await core.store->write(system_rows(), std::move(b));
}

task<result<receipt>> write_revoking(engine_core& core, batch b) {
  revocations::count_in(b);
  auto written = co_await write_system(core, std::move(b));
  core.revocations->happened();
  co_return written;
}

bool was_overtaken(failure const& why) { return why.code == errc::conflict || why.code == errc::not_found; }

}  // namespace sambung
