// openai_calls: the tool calls of one streamed answer of OpenAI's protocol, put together from their fragments.
#pragma once

#include <sambung/provider/completion.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

struct openai_call {
  std::optional<std::int64_t> vendor_index;
  std::string id;
  std::string name;
  std::string arguments;  // held back until the name is known
  std::optional<boost::json::object> extras;
  bool announced = false;
  bool has_arguments = false;
  std::int32_t index = 0;  // in the order of announcement
};

// Thread safety: none.
class openai_calls {
 public:
  // Where a fragment stands among those of its chunk.
  struct place {
    std::size_t position;
    std::size_t count;
  };
  // Adds a fragment to the call that it belongs to, whose number it gives.
  std::size_t take(boost::json::object const& fragment, place where);

  // What of that call is to be told; nothing when all is.
  std::optional<tool_call_delta> news_of(std::size_t slot);

  std::vector<openai_call> const& all() const { return calls_; }

 private:
  std::size_t slot_of(boost::json::object const& fragment, place where);
  std::size_t new_slot();

  std::vector<openai_call> calls_;
  // The newest call with an id, or an index of the vendor's.
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::map<std::int64_t, std::size_t, std::less<>> by_index_;
  std::int32_t announced_ = 0;
};

}  // namespace sambung
