// fallback: a provider that asks the next candidate when one cannot answer.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/provider.hpp>
#include <sambung/provider/provider_events.hpp>
#include <sambung/provider/registry.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sambung {

struct fallback_candidate {
  fallback_candidate(std::shared_ptr<provider> from_, std::string model_, std::string name_ = {})
      : from(std::move(from_)), model(std::move(model_)), name(name_.empty() ? model : std::move(name_)) {}

  std::shared_ptr<provider> from;
  std::string model;  // the provider's own name; empty: the one that the request names
  std::string name;   // for events; the model's unless given
  // The name ("provider/model") that what this candidate answers is priced and counted under; empty: the one that was
  // asked for, as for a candidate that costs the same.
  std::string billed_as;
};

struct fallback_options {
  fallback_options() = default;

  // How long one candidate may take to a stream's first content, or to a whole answer, before the next one is asked;
  // none: as long as its own deadlines let it. The last one is never cut short.
  std::optional<std::chrono::milliseconds> patience;
  provider_event_sink observer;
};
SAMBUNG_DESCRIBE_STRUCT(fallback_options, (), (patience))
SAMBUNG_API record_description describe_record(record_of<fallback_options>);

// Asks the candidates in order until one answers, which completion::model and completion_stream::model() tell. Goes on
// after every failure that another vendor or model may not have; not after errc::invalid_argument, errc::cancelled and
// defects, which are about the request, and not after the first content of a stream: stream() completes with it instead
// of with the header. embed() asks the first candidate alone: vectors of different models cannot be compared. models()
// is what the first candidate that can tell offers; check() succeeds when one does. key_host() is that of all
// candidates, and every candidate gets the request's credential; empty when they differ, for a key must not reach a
// host that it was not stored for: such a fallback takes no credentials.
//
// Errors: those of the last candidate that was asked. Throws error(errc::invalid_argument) without candidates, for
// nulls and for a patience that is not positive.
//
// Cancellation ends the call; no further candidate is asked. Thread safety: safe to use from any thread, each call on a
// serial executor (a strand, or an io_context with one thread).
SAMBUNG_API std::shared_ptr<provider> fallback(std::vector<fallback_candidate> candidates,
                                               fallback_options options = fallback_options(),
                                               std::shared_ptr<clock> clock = system_clock());

// One name in `of` for several models of it, of which each is asked when the one before it cannot answer. An answer is
// priced and counted under the model that gave it. Every target is one that find_model() knows already. Throws as
// provider_registry::alias() does, and error(errc::not_found).
SAMBUNG_API void fallback_alias(provider_registry& of, std::string name, std::vector<std::string> const& targets,
                                fallback_options options = fallback_options());

}  // namespace sambung
