// turn_steps: the answer of a turn as it grows step by step: its parts and the numbering of its calls.
#pragma once

#include <sambung/services/turns/turns.hpp>

#include "services/turns/call_numbering.hpp"

namespace sambung {

class turn_steps {
 public:
  // The answer begins with so many bytes of text that no step said. Before the first begin().
  void begin_behind(std::size_t text) { said_before_ = text; }
  // The model is called.
  void begin();

  // What a provider's event is in the turn; nothing for reports and the end, which is kept.
  std::optional<turn_event> take(completion_event event);
  // Adds an event's content to the parts.
  void add(turn_event const& delta);

  // How the provider ended the step; empty until it said so.
  std::optional<finish_reason> const& ended() const { return ended_; }
  // Its word for that.
  std::optional<std::string> const& finish_word() const { return finish_word_; }
  // The parts of this step.
  std::vector<part> said() const;
  // The calls of this step, unless it was cut off: they may be cut off themselves.
  std::vector<tool_call_part> calls_to_make() const;

  std::vector<part> const& parts() const { return parts_.parts(); }

 private:
  part_builder parts_;
  call_numbering numbering_;
  std::optional<finish_reason> ended_;
  std::optional<std::string> finish_word_;
  std::size_t begins_ = 0;       // this step, among the parts
  std::size_t said_before_ = 0;  // of the first part, before any step
};

}  // namespace sambung
