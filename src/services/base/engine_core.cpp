#include "services/base/engine_core.hpp"

#include "core/blocking_pool.hpp"
#include "services/accounting/quota_book.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/auth/authority_cache.hpp"
#include "services/base/revocations.hpp"
#include "services/turns/recent_heads.hpp"
#include "services/turns/turn_table.hpp"
#include "services/vault/key_finder.hpp"

#include <boost/asio/co_spawn.hpp>

namespace sambung {

engine_core::engine_core() = default;
engine_core::~engine_core() = default;

void engine_core::run_aside(task<void> work) {
  asides_.begin();
  boost::asio::co_spawn(executor, std::move(work), asides_.ending());
}

task<void> engine_core::asides_ended() { return asides_.all_ended(); }

}  // namespace sambung
