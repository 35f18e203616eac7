// chat_messages: the messages of a request in OpenAI's form. Pure.
#pragma once

#include <sambung/core/json_codec.hpp>
#include <sambung/provider/completion.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <vector>

namespace sambung::openai_server {

// Of a text that the model reads, or that a vendor alone understands.
field long_text();
field named(std::size_t max_bytes, std::size_t min_bytes = 1);

// Every fault is noted with its path. Pictures and files that a tool gave stand behind its result.
std::vector<prompt_message> read_messages(json_reader& in, boost::json::value const& value);

}  // namespace sambung::openai_server
