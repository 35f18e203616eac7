// openapi_document: the procedures of a registry for those who generate clients: OpenAPI 3.1.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/registry.hpp>

#include <boost/json/object.hpp>

namespace sambung {

// A path for each procedure, as /rpc has them, with its input and its output under "json", as oRPC writes them; what a
// stream gives is "x-event" of its text/event-stream. "x-permission" is what the caller needs. Described structs are
// components, by name: what is read of "chat" is "ChatInput", what is written is "Chat".
SAMBUNG_API boost::json::object openapi_document(procedure_registry const& of);

}  // namespace sambung
