// live_turn: runs one turn on this engine: calls the provider, keeps the log, flushes it, renews the lease, and stores
// the end. What is stored when follows docs/adr and the comments in live_turn.cpp.
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/turns/send_options.hpp>

#include "context/context_block.hpp"
#include "services/accounting/call_meter.hpp"
#include "services/base/engine_core.hpp"
#include "services/turns/path_memory.hpp"
#include "services/turns/tool_questions.hpp"
#include "services/turns/tool_step.hpp"
#include "services/turns/turn_log.hpp"
#include "services/turns/turn_steps.hpp"
#include "services/turns/used_prompt.hpp"
#include "services/vault/key_finder.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <atomic>
#include <functional>

namespace sambung {

// What a turn's prompt is made of beside its chat, and how it came out.
struct turn_context {
  std::vector<context_block> blocks;  // none: the system prompt and the history alone
  context_layout layout = context_layout::assistant;
  std::optional<used_prompt> prompt;  // the kept one that it was sent with; its blocks are among those above

  std::vector<message_ref> path;         // what was considered, newest first: the question and above
  std::int64_t budget = 0;               // tokens
  bool cut = false;                      // the last of the path was not taken
  std::optional<context_report> report;  // where there are blocks
  std::optional<std::int64_t> tokens;    // of the messages, where that is kept
};

turn_context with_blocks_of(std::optional<used_prompt> prompt);

// Everything a turn needs to run; its rows are stored already.
struct turn_plan {
  scope rows;
  std::optional<principal> who;  // asked; none for one that nobody runs any more
  sambung::chat chat;            // with the answer as its head
  message question;
  std::optional<message> before_question;  // its parent, when it is at hand
  message answer;
  active_turn lease;
  std::string provider_model;  // the name behind the slash
  std::shared_ptr<sambung::provider> provider;
  chosen_key key;
  tool_selection tools;
  send_options how;
  std::shared_ptr<call_meter> meter;
  turn_context context;
};

class live_turn : public std::enable_shared_from_this<live_turn> {
 public:
  // Why a turn was ended from outside.
  enum class interruption { none, stop, shutdown, lease_lost };

  live_turn(std::shared_ptr<engine_core> core, turn_plan plan, std::optional<message_id> user_message);

  turn_log const& log() const { return log_; }
  message_id id() const { return plan_.answer.id; }
  scope const& rows() const { return plan_.rows; }
  user_id const& owner() const { return plan_.chat.owner_id; }
  chat_id const& chat() const { return plan_.chat.id; }

  // Starts it. `room` is let go before readers learn of the end; `ended` is called once, when nothing of it runs.
  void start(std::shared_ptr<void> room, std::function<void()> ended);

  // Asks it to end; the first reason counts.
  void interrupt(interruption why);

  // The engine has gone, and what the turn runs on may have: readers wait no longer for what may never come.
  void leave_readers();
  // Nothing runs on the executor any more: lets go whoever waits for the turn.
  void forget();

  // Completes when the turn has ended and nothing of it runs any more.
  task<void> done() const { return done_.above(0); }
  // The same, and errc::unavailable when nobody runs the executor.
  task<void> ended() const;
  // Completes when there is an event behind `seen`, or the log has ended. errc::unavailable when nobody ever ran it.
  task<void> beyond(std::int64_t seen) const;
  bool is_done() const { return done_.value() > 0; }

  // A call that the user was asked about is decided.
  void decided() { questions_.look_again(); }

  // Readers come and go; after the last one the chat's policy may stop the turn.
  void reader_came();
  void reader_left();

 private:
  // How the answer ended.
  struct outcome : answer_end {
    outcome() { state = message_state::incomplete; }

    std::optional<std::string> error;
    std::optional<failure> why;  // that error, with what is not to be shown
    std::vector<usage_counter> counters;
  };

  // A piece of the log on its way into storage.
  struct piece {
    turn_chunk chunk;
    std::int64_t events = 0;
    std::int64_t bytes = 0;  // arrived_bytes_ once it is stored
  };

  task<void> pump();
  task<result<void>> play();
  task<completion_request> assemble_patiently();
  task<result<void>> call_model(completion_request request);
  task<void> run_tools(std::vector<tool_call_part> calls);
  void note(std::vector<issue> left_out);
  void take(completion_event event);
  result<void> take_what_is_there(completion_stream& from, completion_event first);
  void add(turn_event const& delta);
  void settle(result<void> const& how);

  task<void> run();
  task<void> await_flush_time();
  std::optional<piece> next_piece();
  task<void> flush();
  task<void> conclude();
  void remember_path(message const& answer);
  void tell_end(outcome const& how);
  void tell_observer(outcome const& how, bool stored) const;
  void tell_of_provider(failure const& why) const;
  void abandon(failure why);
  failed_part failed(engine_part part, failure why) const;
  task<result<receipt>> write_patiently(batch b);
  message ended_answer(outcome const& how);
  batch closing_batch(outcome const& how, message const& ended) const;
  task<void> expire_without_readers(std::uint64_t generation);

  std::shared_ptr<engine_core> const owner_;  // keeps it alive while the turn runs
  engine_core& core_;
  turn_plan plan_;
  turn_log log_;
  boost::asio::any_io_executor strand_;
  boost::asio::cancellation_signal cancel_;
  std::atomic<interruption> interruption_ = interruption::none;
  std::atomic<bool> has_begun_ = false;  // somebody runs the executor
  rising_level arrived_bytes_;           // of deltas; the top once the provider is done
  rising_level done_;

  // Only touched on the strand.
  turn_steps steps_;
  tool_questions questions_;
  bool full_ = false;                    // nothing more can be stored with it
  bool out_of_steps_ = false;            // the model would have gone on
  std::vector<issue> warnings_;          // what the model was not asked for
  std::optional<token_usage> reported_;  // by the vendor, of the present call
  outcome outcome_;
  bool pumped_ = false;
  std::shared_ptr<void> room_;
  std::int64_t flushed_events_ = 1;
  std::int64_t flushed_bytes_ = 0;
  std::vector<chunk_id> chunks_;
  std::optional<piece> flushing_;  // until it is known to be stored: a try that failed may have stored it

  std::mutex readers_mutex_;
  std::size_t readers_ = 0;
  std::uint64_t readers_generation_ = 0;
};

}  // namespace sambung
