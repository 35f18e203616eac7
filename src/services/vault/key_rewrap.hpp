// Sealing the vault again under the newest secret.
#pragma once

#include <sambung/core/task.hpp>

#include <cstdint>
#include <functional>

namespace sambung {

class engine_core;

// Every key of every tenant that is not under the newest secret, a page at a time; see engine::rewrap_keys().
task<std::int64_t> rewrap_keys(engine_core& core, std::function<void(std::int64_t sealed)> progress);

}  // namespace sambung
