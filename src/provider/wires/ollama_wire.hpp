// Ollama's own API on the wire: requests out, answers in. Pure: no sockets, no clock.
#pragma once

#include "provider/wires/ndjson.hpp"
#include "provider/wires/stream_decoder.hpp"
#include "provider/wires/wire.hpp"

#include <sambung/provider/completion.hpp>
#include <sambung/provider/embedding.hpp>
#include <sambung/provider/ollama_model.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// The body of POST /api/chat. A member of request.extra that this writes already is left out, except for `options`,
// into which the sampling options are put; keep_alive and the like pass through. What the API has not is left out:
// images that are not data: URLs, files, tools that must be called or called one at a time, and what only OpenAI has.
// Errors: errc::unsupported with all of that as issues, unless the request allows dropping.
result<encoded_request> encode_ollama_request(completion_request const& request, answer_mode mode);

// The body of a 2xx answer that was not streamed. errc::provider_error when it is none, or as its `error` member says.
result<completion> decode_ollama_answer(std::string_view body, std::string_view secret);

// The body of GET /api/tags.
result<std::vector<model_info>> decode_ollama_models(std::string_view body, std::string_view secret);

// The body of POST /api/show, and what its answer tells about a model.
std::string encode_ollama_show_request(std::string_view model);
result<ollama_model> decode_ollama_model(std::string_view body, std::string_view secret);

// The body of POST /api/embed, and of its 2xx answer. A vector for each of `texts` texts, or errc::provider_error.
std::string encode_ollama_embedding_request(embedding_request const& request);
result<embedding_batch> decode_ollama_embeddings(std::string_view body, std::size_t texts, std::string_view secret);

// A stream of lines. It ends with the one that is done; a connection that ends before breaks the answer off.
class ollama_stream_decoder final : public stream_decoder {
 public:
  ollama_stream_decoder(secret_string secret, std::size_t max_line_bytes)
      : stream_decoder(std::move(secret)), lines_(max_line_bytes) {}

  void push(std::string_view bytes) override;
  void end(failure why) override;

  // What one line says; a whole answer is one.
  void digest(boost::json::object const& line);

 private:
  bool on_line(std::string_view line);
  void on_message(boost::json::object const& message);
  void on_tool_call(boost::json::object const& call);
  void on_done(boost::json::object const& line);

  ndjson_decoder lines_;
  std::int32_t calls_ = 0;
};

}  // namespace sambung
