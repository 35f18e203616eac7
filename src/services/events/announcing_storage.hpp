// announcing_storage: a storage whose writes are told to those whom they concern, once they are stored.
#pragma once

#include <sambung/broker/broker.hpp>
#include <sambung/storage/storage.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <memory>

namespace sambung {

// While nobody follows anything a write costs a look at the names of its tables.
// `told` counts what the broker is given.
std::shared_ptr<storage> announcing_storage(std::shared_ptr<storage> inner, std::shared_ptr<broker> by, schema_ref s,
                                            counter told);

}  // namespace sambung
