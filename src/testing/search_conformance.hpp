// The part of the conformance suite that is about the words of a search.
#pragma once

#include <sambung/testing/storage_conformance.hpp>

namespace sambung::testing {

// As register_storage_conformance, which calls it.
void register_search_conformance(std::string const& suite, storage_factory const& make);

}  // namespace sambung::testing
