// observed_storage: a storage whose comings and goings an observer is told of.
#pragma once

#include <sambung/services/base/observer.hpp>
#include <sambung/storage/storage.hpp>

#include <memory>

namespace sambung {

SAMBUNG_API std::shared_ptr<storage> observed_storage(std::shared_ptr<storage> inner, std::shared_ptr<observer> told);

}  // namespace sambung
