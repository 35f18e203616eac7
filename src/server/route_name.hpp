// What a route is called in metrics and spans: of a closed set, whatever a client wrote.
#pragma once

#include "server/route.hpp"

#include <string>
#include <string_view>

namespace sambung::serving {

// "/rpc/message/stream", "/v1/models/{model}"; "none" for what leads nowhere.
std::string route_name(route const& to);

// The method; "other" for one that nobody knows.
std::string_view method_name(std::string_view method);

}  // namespace sambung::serving
