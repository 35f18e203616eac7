// measured_storage: a storage whose calls are measured and traced, and of whose slow ones an observer is told.
#pragma once

#include <sambung/services/base/observer.hpp>
#include <sambung/storage/storage.hpp>
#include <sambung/telemetry/tracer.hpp>

#include "services/base/engine_metrics.hpp"

#include <chrono>
#include <memory>

namespace sambung {

// Who is to be told what.
struct storage_watch {
  schema_ref schema;                              // of the calls
  std::shared_ptr<engine_metrics const> metrics;  // may be empty, not null
  std::shared_ptr<sambung::tracer> tracer;        // may be null
  std::shared_ptr<sambung::observer> observer;    // of slow calls; may be null
  std::shared_ptr<sambung::clock> clock;
  std::chrono::milliseconds slow{};  // from so long on; 0: none is
};

// `inner` itself, when nobody is to be told anything.
SAMBUNG_API std::shared_ptr<storage> measured_storage(std::shared_ptr<storage> inner, storage_watch told);

}  // namespace sambung
