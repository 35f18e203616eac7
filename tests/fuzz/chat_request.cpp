// OpenAI's chat completions as a client sends them.
#include "carriers/openai/chat_request.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const request = sambung::openai_server::decode_chat_request({reinterpret_cast<char const*>(data), size});
  if (request && request->completion.messages.empty()) std::abort();
  if (!request && request.error().code != sambung::errc::invalid_argument) std::abort();
  return 0;
}
