// answer_bounds: holds what a vendor says to what can be stored and read back.
#pragma once

#include <sambung/provider/completion.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace sambung {

class answer_bounds {
 public:
  // Makes the text of the event storable and counts it. What the answer has too much of now: errc::provider_error.
  std::optional<failure> admit(completion_event& event);
  // The same for the parts of a whole answer.
  std::optional<failure> admit(std::vector<part>& parts);

 private:
  enum class kind { none, text, reasoning, tool_call };

  void begin(kind what);
  std::optional<failure> excess() const;

  std::size_t bytes_ = 0;
  std::size_t parts_ = 0;
  std::size_t calls_ = 0;
  kind last_ = kind::none;
};

}  // namespace sambung
