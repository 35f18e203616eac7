#include "services/base/engine_core.hpp"

#include <boost/asio/co_spawn.hpp>

namespace sambung {

void engine_core::run_aside(task<void> work) {
  asides_.begin();
  boost::asio::co_spawn(executor, std::move(work), asides_.ending());
}

task<void> engine_core::asides_ended() { return asides_.all_ended(); }

}  // namespace sambung
