// The memory backend: ordered maps under a mutex. For tests and for chats that may vanish; also the reference model
// that the other backends are tested against.
#pragma once

#include <sambung/storage/storage.hpp>

#include <memory>

namespace sambung {

std::shared_ptr<storage> memory_storage();

}  // namespace sambung
