// logs: what engines and their providers tell for a log, until a thread of Python's takes it. One queue for all engines
// of a process: a provider may be told of before there is an engine, or have several.
#pragma once

#include <sambung/provider/catalog.hpp>
#include <sambung/provider/provider_events.hpp>
#include <sambung/services/base/observer.hpp>

#include <memory>

namespace sambung::python {

// What they tell goes into this process's queue: they may be used on any thread.
std::shared_ptr<observer> logged_observer();
provider_event_sink logged_events();
void log_failing_provider(provider_health const& health, failure const& why);

}  // namespace sambung::python
