// OpenAI's chat completions on the wire: requests out, answers in. Pure: no sockets, no clock.
#pragma once

#include "provider/wires/wire.hpp"

#include <sambung/provider/completion.hpp>
#include <sambung/provider/embedding.hpp>
#include <sambung/provider/openai_dialect.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// Whether an answer is kept in OpenAI's form beside what is decoded: see openai_form.
enum class vendor_form { dropped, kept };

// The body of POST /chat/completions: request.verbatim if there is one, with what the dialect calls otherwise, else the
// members. A member of request.extra that this writes already is left out, except for stream_options, into which
// include_usage is put unless it is there; where usage comes unasked, include_usage is left out.
std::string encode_openai_request(completion_request const& request, answer_mode mode,
                                  openai_dialect const& dialect = openai_dialect());

// The body of a 2xx answer that was not streamed. errc::provider_error when it is none, or as its `error` member says.
result<completion> decode_openai_answer(std::string_view body, std::string_view secret,
                                        vendor_form form = vendor_form::dropped);

// The body of GET /models: {"data":[...]}, {"models":[...]} or a bare array. `prefix` is left out of the ids.
result<std::vector<model_info>> decode_openai_models(std::string_view body, std::string_view secret,
                                                     std::string_view prefix = {});

// The body of POST /embeddings, and of its 2xx answer. A vector for each of `texts` texts, or errc::provider_error.
std::string encode_openai_embedding_request(embedding_request const& request);
result<embedding_batch> decode_openai_embeddings(std::string_view body, std::size_t texts, std::string_view secret);

namespace openai {

// Members of answers and of chunks, shared by both decoders.
// Some vendors call it a stop when the model calls tools.
wire::ending ending_of(std::string_view raw, std::size_t calls);
token_usage usage_of(boost::json::object const& usage);
// The choice of a chunk that is read: the first one of index 0, which some vendors leave out. Null when there is none.
struct placed_choice {
  boost::json::object const* read = nullptr;
  std::size_t place = 0;
};
placed_choice choice_in(boost::json::object const& chunk);
// Text of `content`, which is a string, or a list of parts from some vendors.
struct content_text {
  std::string text;
  std::string reasoning;
};
content_text content_of(boost::json::value const* content);
// The members of a tool call that no other field holds; empty if there are none.
std::optional<boost::json::object> tool_call_extras(boost::json::object const& call);
// reasoning_details, which must be sent back; empty if there are none.
std::optional<boost::json::object> reasoning_extras(boost::json::object const& message);
// What the model thought, under any of the names vendors use.
std::string_view reasoning_at(boost::json::object const& message);

}  // namespace openai

}  // namespace sambung
