// Whether members that OpenAI knows have the shape that the strictest of its clients takes: @ai-sdk/openai, which
// refuses a whole chunk for one of them.
#pragma once

#include <boost/json/value.hpp>

namespace sambung::openai_shape {

// A list of citations, or null.
bool is_annotations(boost::json::value const& value);
// The logprobs of a choice, or null.
bool is_logprobs(boost::json::value const& value);
// Every count that clients add up is there, and no other kind of value in the place of one.
bool is_usage(boost::json::value const& value);

}  // namespace sambung::openai_shape
