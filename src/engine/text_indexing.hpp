// text_indexing: messages that were stored before there was a search become found, while the engine serves.
#pragma once

#include "services/base/engine_core.hpp"

namespace sambung {

// Goes on until every tenant's messages are found, the engine closes, or another engine is at what is left. A few
// thousand messages of each tenant in turn: nobody waits for the largest. What was done stays done, whenever the
// process ends. Throws the first failure, once the other tenants have had theirs.
task<void> index_texts(engine_core& core);

}  // namespace sambung
