// ollama_model: what an Ollama server says about one of its models.
#pragma once

#include <sambung/core/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sambung {

struct ollama_model {
  ollama_model() = default;

  std::vector<std::string> capabilities;  // "completion", "tools", "vision", "thinking", "embedding", ...
  std::int64_t context_tokens = 0;        // 0 when unknown
};
SAMBUNG_DESCRIBE_STRUCT(ollama_model, (), (capabilities, context_tokens))

}  // namespace sambung
