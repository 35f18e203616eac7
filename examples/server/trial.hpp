// trial: the first request that somebody can make of a server that has just started.
#pragma once

#include <sambung/engine/engine.hpp>
#include <sambung/server/setup/configuration.hpp>

#include <string>

namespace command_line {

// The URL that the server is reached by: http://127.0.0.1:8787.
std::string served_url(sambung::configuration const& config, std::uint16_t port);

// A command for a shell that streams an answer of a model that is there; one that lists models while none is. `token`
// may be a variable of the shell. Asks the providers, for as long as catalog_options::patience says.
sambung::task<std::string> command_to_try(sambung::engine& engine, sambung::configuration const& config,
                                          std::string url, std::string token);

}  // namespace command_line
