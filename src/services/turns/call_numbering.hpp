// call_numbering: gives the tool calls of a turn's steps one numbering and ids of their own, as if one answer had made
// them.
#pragma once

#include <sambung/provider/completion.hpp>

#include <cstddef>
#include <set>
#include <string>

namespace sambung {

class call_numbering {
 public:
  // The indexes of the next deltas begin at 0 again.
  void begin_step() {
    before_ += in_step_;
    in_step_ = 0;
  }

  // The delta as one of the whole turn's.
  tool_call_delta placed(tool_call_delta call);

 private:
  std::string unused(std::string id) const;

  std::size_t before_ = 0;   // calls of earlier steps
  std::size_t in_step_ = 0;  // calls of this step so far
  std::set<std::string> ids_;
};

}  // namespace sambung
