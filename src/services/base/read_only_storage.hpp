// read_only_storage: a storage for an engine that changes nothing.
#pragma once

#include <sambung/storage/storage.hpp>

#include <memory>

namespace sambung {

// What whoever would change something is told: errc::unsupported.
SAMBUNG_API failure only_reads();

// Writes are only_reads(); migrate() is adopt().
SAMBUNG_API std::shared_ptr<storage> read_only_storage(std::shared_ptr<storage> inner);

}  // namespace sambung
