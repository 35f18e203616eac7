// decoded_stream: the events of an answer as its bytes arrive, whatever vendor sends them.
#pragma once

#include "provider/wires/stream_decoder.hpp"

#include <sambung/provider/provider.hpp>
#include <sambung/provider/transport.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <string>

namespace sambung {

failure took_too_long(char const* what, std::chrono::milliseconds limit);

class decoded_stream final : public completion_stream {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // `deadline` is that of the whole call, `request_id` what failures are to carry, `warnings` what was left out.
  decoded_stream(std::unique_ptr<http_body> body, std::unique_ptr<stream_decoder> decoder, std::string requested_model,
                 std::string request_id, provider_deadlines const& deadlines, time_point deadline,
                 std::vector<issue> warnings);

  std::string model() const override;
  std::vector<issue> warnings() const override { return warnings_; }
  task<result<std::optional<completion_event>>> next() override;
  std::optional<completion_event> ready() override;

 private:
  std::chrono::milliseconds limit() const { return started_ ? deadlines_.idle : deadlines_.first_token; }
  time_point read_deadline();
  failure explained(failure why) const;

  std::unique_ptr<http_body> body_;
  std::unique_ptr<stream_decoder> decoder_;
  std::string requested_model_;
  std::string request_id_;
  provider_deadlines deadlines_;
  time_point deadline_;
  std::vector<issue> warnings_;
  time_point waiting_since_;  // the epoch while an event is being worked on
  bool started_ = false;
};

// The events of an answer that came in one piece.
class whole_answer_stream final : public completion_stream {
 public:
  explicit whole_answer_stream(completion const& answer);

  std::string model() const override { return model_; }
  std::vector<issue> warnings() const override { return warnings_; }
  task<result<std::optional<completion_event>>> next() override { co_return ready(); }
  std::optional<completion_event> ready() override;

 private:
  std::string model_;
  std::vector<issue> warnings_;
  std::deque<completion_event> events_;
};

}  // namespace sambung
