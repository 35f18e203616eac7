// openai_stream_decoder: a streamed answer of OpenAI's protocol.
#pragma once

#include "provider/wires/character_mender.hpp"
#include "provider/wires/chunk_template.hpp"
#include "provider/wires/openai_calls.hpp"
#include "provider/wires/openai_wire.hpp"
#include "provider/wires/sse.hpp"
#include "provider/wires/stream_decoder.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

namespace openai_form {
struct chunk;
}

// `[DONE]` ends the answer at once; so does the end of the connection once there was a finish reason. With
// vendor_form::kept every chunk that says something is there as a vendor_chunk too, the finish reason in the last one.
class openai_stream_decoder final : public stream_decoder {
 public:
  enum class fast_path { on, off };

  openai_stream_decoder(secret_string secret, std::size_t max_line_bytes, vendor_form form = vendor_form::dropped,
                        fast_path fast = fast_path::on)
      : stream_decoder(std::move(secret)), sse_(max_line_bytes), form_(form), fast_(fast) {}

  void push(std::string_view bytes) override;
  void end(failure why) override;

 private:
  // A chunk that may be the last one of the answer, without the value of its finish_reason.
  struct open_chunk {
    open_chunk(std::string before_, std::string after_) : before(std::move(before_)), after(std::move(after_)) {}

    std::string before;
    std::string after;
  };

  bool may_match() const { return fast_ == fast_path::on && !mender_.waits(); }
  bool on_event(sse_event const& event);
  void on_chunk(std::string_view chunk);
  bool on_json(std::string_view chunk);
  void on_object(boost::json::object const& chunk, std::string_view raw);
  void on_choice(boost::json::object const& choice);
  void on_delta(boost::json::object const& delta);
  void on_tool_calls(boost::json::array const& calls);
  void announce(std::size_t slot);
  void announce_rest();
  void keep_empty_arguments();
  void complete();

  void identify(boost::json::object const& chunk);
  void keep(std::string_view raw, openai::placed_choice const& choice, std::size_t first_event);
  void keep_without_choice(std::string_view raw);
  void keep_chunk(openai_form::chunk chunk, std::size_t place);
  vendor_chunk kept(std::string members);
  std::size_t close_chunk(std::size_t place);

  sse_decoder sse_;
  vendor_form form_;
  fast_path fast_;
  chunk_template template_;
  character_mender mender_;
  std::string cut_;  // a chunk whose last character is not whole yet
  openai_calls calls_;

  // Of vendor_form::kept.
  std::string id_;
  std::int64_t created_ = 0;
  bool identified_ = false;  // a chunk has told them
  bool has_role_ = false;
  bool other_calls_ = false;  // there was one that has no name and arguments
  std::optional<open_chunk> open_;
  std::string usage_;         // the last one, as it stands in its chunk
  std::string beside_usage_;  // the other members of a chunk with nothing else
};

}  // namespace sambung
