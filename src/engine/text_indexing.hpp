// text_indexing: what was stored before there was a search, or when words were made otherwise, becomes found while the
// engine serves.
#pragma once

#include "services/base/engine_core.hpp"

namespace sambung {

// Goes on until every row has its words and every tenant's messages have their texts, the engine closes, or another
// engine is at what is left. Some of each tenant in turn: nobody waits for the largest. What was done stays done,
// whenever the process ends. Throws the first failure, once the other tenants have had theirs.
task<void> index_texts(engine_core& core);

}  // namespace sambung
