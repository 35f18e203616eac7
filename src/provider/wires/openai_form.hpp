// openai_form: what a vendor of OpenAI's protocol said, as OpenAI itself would have said it, so that every client of
// OpenAI reads it as it is meant. It says what was decoded; whatever OpenAI does not know stays as the vendor wrote it.
#pragma once

#include "provider/wires/openai_wire.hpp"
#include "provider/wires/wire.hpp"

#include <sambung/provider/completion.hpp>

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sambung::openai_form {

// The members of a chunk without id, object, created, model and usage, in two, with the value of finish_reason between.
struct chunk {
  std::string before;
  std::string after;
  bool says_something = false;  // its delta does
};

enum class role_word { due, said };

// Calls of a kind that has no name and arguments are the vendor's to say, and so is what belongs to them.
enum class call_form { ours, vendors };
call_form form_of_calls(boost::json::object const& message);

// `raw` is one line, `choice` the one of it that is read, `decoded` what that was decoded to.
chunk of_chunk(std::string_view raw, openai::placed_choice const& choice, std::span<completion_event const> decoded,
               role_word role, call_form calls);

// A chunk that says `decoded` and nothing else.
chunk of_events(std::span<completion_event const> decoded, role_word role);

// The chunk behind the answer that tells its usage. `raw`: the vendor's; `rest`: the members of its own beside it.
std::string of_usage(token_usage const& usage, std::string_view raw, std::string_view rest);

// Members of a chunk that are neither the answer's nor every chunk's, each with a comma in front.
std::string rest_of(std::string_view raw);

// Its usage, as it stands there; empty if there is none.
std::string_view usage_in(std::string_view raw);

// The members of a whole answer without id, object, created and model. `choice`: the first one, with a message.
std::string of_answer(std::string_view raw, boost::json::object const& choice, completion const& decoded);

// The word for an end.
std::string word_of(wire::ending const& ending);

}  // namespace sambung::openai_form
