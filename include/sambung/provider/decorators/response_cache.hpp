// cached: a provider that gives the same answer to the same request again, without asking.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/provider.hpp>
#include <sambung/provider/provider_events.hpp>

#include <chrono>
#include <memory>

namespace sambung {

struct cached_options {
  cached_options() = default;

  std::size_t max_entries = 1'000;
  std::size_t max_bytes = 64 * 1'048'576;   // of all entries: text, arguments and what belongs to them
  std::size_t max_entry_bytes = 1'048'576;  // a longer answer is not stored
  std::chrono::milliseconds time_to_live{3'600'000};
  provider_event_sink observer;
};
SAMBUNG_DESCRIBE_STRUCT(cached_options, (), (max_entries, max_bytes, max_entry_bytes, time_to_live))
SAMBUNG_API record_description describe_record(record_of<cached_options>);

// In this process. Only requests with a cache_scope are looked up and stored; two are the same when every member that a
// vendor would see is, and the scope (SHA-256 of their canonical JSON); not whose credential pays, as a stored answer
// costs nothing: a scope that several payers share lets them share answers. Stored are answers that ended with
// finish_reason::stop or tool_calls, and nothing else: no failures, no answers that were cut or left. A stored stream
// gives its events again, all at once, the usage that was paid the first time included, marked as replayed (and an
// empty one where the vendor told none); whole answers and streams are stored apart. The least recently used goes
// first.
//
// The same request by two callers at the same time is asked twice. Throws error(errc::invalid_argument) for nulls.
// Thread safety: safe to use from any thread.
SAMBUNG_API std::shared_ptr<provider> cached(std::shared_ptr<provider> inner, cached_options options = cached_options(),
                                             std::shared_ptr<clock> clock = system_clock());

}  // namespace sambung
