#include "services/turns/counted_prompt.hpp"

#include "provider/counted_content.hpp"

#include <boost/json/serialize.hpp>

namespace sambung {

counted_prompt::counted_prompt(token_counter& by, std::string model, completion_request const& request)
    : by_(by), model_(std::move(model)) {
  for (auto const& message : request.messages) {
    tokens_ += by_.count_message(model_, message);
    auto const content = content_of(message);
    estimated_ += tokens_of_bytes(content.text_bytes) + tokens_per_message;
    has_media_ = has_media_ || content.media_tokens > 0;
  }
  estimated_ += tokens_of_tools(request.tools);
}

void counted_prompt::reported(token_usage const& used) const {
  if (has_media_ || used.estimated || used.replayed) return;
  by_.learn(model_, estimated_, used.input_tokens);
}

std::int64_t tokens_of_tools(boost::json::array const& tools) {
  return tools.empty() ? 0 : tokens_of_bytes(boost::json::serialize(tools).size());
}

}  // namespace sambung
