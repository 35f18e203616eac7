#include "services/engine_core.hpp"

#include "core/blocking_pool.hpp"
#include "services/authority_cache.hpp"
#include "services/key_finder.hpp"
#include "services/recent_heads.hpp"
#include "services/revocations.hpp"
#include "services/turn_table.hpp"
#include "services/usage_meter.hpp"

namespace sambung {

engine_core::engine_core() = default;
engine_core::~engine_core() = default;

}  // namespace sambung
