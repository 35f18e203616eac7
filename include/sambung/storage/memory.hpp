// The memory backend: ordered maps under a mutex. For tests and for chats that may vanish; also the reference model
// that the other backends are tested against.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/storage/storage.hpp>

#include <memory>

namespace sambung {

SAMBUNG_API std::shared_ptr<storage> memory_storage();

}  // namespace sambung
