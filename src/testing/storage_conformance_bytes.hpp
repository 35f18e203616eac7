// The part of the conformance suite that is about columns of bytes.
#pragma once

#include <sambung/testing/storage_conformance.hpp>

namespace sambung::testing {

void register_bytes_conformance(std::string const& suite, storage_factory make);

}  // namespace sambung::testing
