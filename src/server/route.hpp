// Where a request goes: what its method and its path say.
#pragma once

#include "carriers/better_auth/better_auth_wire.hpp"
#include "http/server/http_message.hpp"
#include "server/file_shelf.hpp"

#include <sambung/rpc/registry.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace sambung::serving {

enum class destination {
  nowhere,
  alive,
  ready,
  metrics,
  preflight,
  procedure_call,
  better_auth,
  chat_completions,
  embeddings,
  models,
  one_model,
  turn_stream,
  web_socket,
  page,
  openapi,
};
BOOST_DESCRIBE_ENUM(destination, nowhere, alive, ready, metrics, preflight, procedure_call, better_auth,
                    chat_completions, embeddings, models, one_model, turn_stream, web_socket, page, openapi)

// Whom a request may come from.
enum class caller {
  anybody,   // and nobody asks who it is
  optional,  // anybody, but it matters who
  known,     // only whoever has signed in
};

// How errors under this path are written: as the carrier does whose path it is, and as /rpc elsewhere.
error_form const& form_of(std::string_view path);

struct route {
  destination where = destination::nowhere;
  procedure const* called = nullptr;                // of procedure_call; of others: the one that does the same
  better_auth::endpoint const* endpoint = nullptr;  // of better_auth
  std::string model;                                // of one_model
  message_id answer;                                // of turn_stream
  std::shared_ptr<shelved_file const> file;         // of page
  error_form const* form = nullptr;                 // never null once found
  caller by = caller::anybody;
  request_class as = request_class::read;
};

// Whether a client that goes away ends it: what is only for it, an answer of a model without a chat or a wait for an
// event; never a step that is being stored.
bool ends_with_its_client(destination where);

// `files`: what is given where nothing else is; null: nothing.
route find_route(procedure_registry const& procedures, std::string_view method, std::string_view path,
                 file_shelf const* files = nullptr);

bool has_method(route const& to, std::string_view method);
std::string methods_of(route const& to);  // for Allow

}  // namespace sambung::serving
