// request_key: what makes two requests the same.
#pragma once

#include <sambung/provider/completion.hpp>

#include <string>

namespace sambung {

// Canonical JSON of everything that a vendor would see and of the cache scope: objects by their keys in order.
std::string canonical_json(completion_request const& request);

// The same values with the members of all objects in order.
boost::json::value sorted(boost::json::value const& in);

}  // namespace sambung
