#include "services/engine_core.hpp"

#include "core/blocking_pool.hpp"
#include "services/authority_cache.hpp"
#include "services/key_finder.hpp"
#include "services/quota_book.hpp"
#include "services/recent_heads.hpp"
#include "services/revocations.hpp"
#include "services/turn_table.hpp"
#include "services/usage_meter.hpp"

#include <boost/asio/co_spawn.hpp>

namespace sambung {

engine_core::engine_core() = default;
engine_core::~engine_core() = default;

void engine_core::run_aside(task<void> work) {
  asides_.fetch_add(1);
  boost::asio::co_spawn(executor, std::move(work),
                        [ended = ended_asides_](std::exception_ptr) mutable { ended.raise_by(1); });
}

task<void> engine_core::asides_ended() { co_await ended_asides_.above(asides_.load() - 1); }

}  // namespace sambung
