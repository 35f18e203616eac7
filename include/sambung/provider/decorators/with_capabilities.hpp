// with_capabilities: a provider whose models can do what you say, such as models of your own, or of a gateway.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/capabilities.hpp>
#include <sambung/provider/provider.hpp>

#include <memory>

namespace sambung {

// What `table` says about a model counts more than what `inner` knows. A request with capabilities of its own keeps
// them. Throws error(errc::invalid_argument) for nulls. Thread safety: safe to use from any thread.
SAMBUNG_API std::shared_ptr<provider> with_capabilities(std::shared_ptr<provider> inner, capability_table table);

}  // namespace sambung
