#include "services/base/engine_core.hpp"

#include <boost/asio/co_spawn.hpp>

namespace sambung {

void engine_core::run_in_background(task<void> work) {
  if (gone) return;
  background_.begin();
  boost::asio::co_spawn(executor, std::move(work), background_.ending());
}

task<void> engine_core::background_ended() { return background_.all_ended(); }

}  // namespace sambung
