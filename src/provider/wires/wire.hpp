// What the vendors' wires share: reading members of their JSON, and how requests are refused and answers end. Pure.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/provider/completion.hpp>
#include <sambung/provider/embedding.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

enum class answer_mode { whole, streamed };

// The events that say the same as a whole answer: from servers that do not stream although asked to.
std::vector<completion_event> events_of(completion const& answer);

// A request as a wire carries it, and what of it that wire cannot say: "seed", "messages[2]".
struct encoded_request {
  std::string body;
  std::vector<issue> left_out;
  std::vector<issue> weakened;  // asked for in the nearest way there is: never a reason to refuse
};

namespace wire {

// Why an answer ended.
struct ending {
  finish_reason reason;
  std::string raw;
};

// Members of an object; empty, null or 0 when there is none of that kind.
std::string_view text_at(boost::json::object const& object, std::string_view name);
boost::json::object const* object_at(boost::json::object const& object, std::string_view name);
boost::json::array const* array_at(boost::json::object const& object, std::string_view name);
std::optional<std::int64_t> integer_at(boost::json::object const& object, std::string_view name);
// A number of tokens: never negative.
std::int64_t count_at(boost::json::object const& object, std::string_view name);

// A tool call's arguments as JSON text, whether the vendor sends them as text or as JSON.
std::string arguments_of(boost::json::value const* arguments);
// The inverse, for vendors that want an object. What is none, a model's mistake, goes as {"invalid_json": text}, so
// that the model sees what it wrote.
boost::json::object arguments_object(std::string_view arguments);

// For a call to which the vendor gave none.
std::string call_id(std::size_t position);

// The numbers of an embedding; empty when one of them is none, or not finite.
std::vector<float> vector_of(boost::json::array const& numbers);
// Whether there is one vector for each of `texts` texts, all of the same length.
bool complete(embedding_batch const& batch, std::size_t texts);

// The JSON of a 2xx body, or why it is no answer.
result<boost::json::value> parse_answer(std::string_view body, std::string_view secret);

// `made`, or errc::unsupported with everything that was left out where the request does not allow that, or where no
// message was left. What was weakened is among what was left out then.
enum class prompt { empty, not_empty };
result<encoded_request> settled(encoded_request made, unsupported_policy policy, prompt left);

// The members of OpenAI's requests that no other wire can say. They are no vendor's own options, wherever they stand;
// those in `extra` that would change the answer are issues. `api`: "Ollama".
std::vector<std::string_view> names_only_of_openai();
std::vector<issue> members_only_of_openai(boost::json::object const& extra, std::string_view api);

// A member of a request that is an object, and to which a wire adds: what the caller gave of it.
boost::json::object given_object(boost::json::object const& extra, std::string_view name);

}  // namespace wire
}  // namespace sambung
