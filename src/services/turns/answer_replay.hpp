// answer_replay: tells an answer that has ended: a snapshot of its beginning, then the rest as a live turn would have.
#pragma once

#include <sambung/records/message.hpp>
#include <sambung/services/turns/turns.hpp>

#include <memory>

namespace sambung {

// The most text that the snapshot has.
inline constexpr std::size_t max_snapshot_bytes = 262'144;

class answer_replay {
 public:
  explicit answer_replay(std::shared_ptr<message const> answer);

  // Whether all was told. The faults and files of an answer are no deltas: those that are not in the snapshot are in
  // the stored answer.
  bool ended() const { return begun_ && part_ == answer_->parts.size(); }
  // The next event, the snapshot first. Precondition: !ended().
  turn_event next();

 private:
  turn_event snapshot();
  turn_event delta();
  turn_event tell(text_part const& told);
  turn_event tell(reasoning_part const& told);
  turn_event tell(tool_call_part const& told);
  turn_event tell(tool_result_part const& told);
  template <class Part>
  turn_event tell(Part const& told);
  std::string piece(std::string const& text);
  void go_on();
  std::int32_t call_number() const;
  std::string tool_of(std::string const& call) const;

  std::shared_ptr<message const> answer_;
  bool begun_ = false;
  std::size_t part_ = 0;    // that is told next
  std::size_t offset_ = 0;  // of its text, what was told
};

}  // namespace sambung
