#include "carriers/openai/completions_carrier.hpp"

#include "carriers/openai/chat_answer.hpp"
#include "carriers/openai/chat_request.hpp"
#include "carriers/openai/chunk_writer.hpp"
#include "carriers/openai/completions_wire.hpp"
#include "carriers/openai/embeddings_wire.hpp"
#include "carriers/openai/error_body.hpp"
#include "services/chats/conversation.hpp"
#include "services/turns/answer_failure.hpp"

#include <sambung/security/permissions.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

namespace sambung::openai_server {
namespace {

using serving::body_source;
using serving::http_response;

class openai_errors final : public serving::error_form {
 public:
  std::string encode(failure const& why, std::string_view) const override { return encode_error(why); }
  std::string encode(serving::protocol_fault const& fault, std::string_view message, std::string_view) const override {
    return encode_error(fault.name, message);
  }
};
constexpr openai_errors form;

std::string answer_id(std::string_view unique) { return "chatcmpl-" + std::string(unique); }

chunk_writer writer_for(answer_head head, chat_request const& request) {
  return chunk_writer(std::move(head),
                      request.include_usage ? chunk_writer::usage::wanted : chunk_writer::usage::not_wanted);
}

// What both streams of chunks have in common.
class chunk_source : public body_source {
 public:
  chunk_source(chunk_writer writer, std::chrono::milliseconds keep_alive)
      : writer_(std::move(writer)), keep_alive_(keep_alive) {}

  std::string_view opening() const override { return {}; }
  std::string_view keep_alive() const override { return openai_server::keep_alive; }
  std::chrono::milliseconds keep_alive_interval() const override { return keep_alive_; }

  void append_failure(std::string& out, failure const& why) override { writer_.append_error(out, why); }

 protected:
  // Whether more may follow.
  template <class Event>
  bool append(std::string& out, result<std::optional<Event>> const& event) {
    if (!event) writer_.append_error(out, event.error());
    else if (!*event) writer_.append_end(out);
    else writer_.append(out, **event);
    return event && *event;
  }

  chunk_writer writer_;

 private:
  std::chrono::milliseconds keep_alive_;
};

// A completion without a chat. Destroying it, when the client goes, closes the upstream connection.
class completion_source final : public chunk_source {
 public:
  completion_source(chunk_writer writer, std::chrono::milliseconds keep_alive, std::unique_ptr<completion_stream> from)
      : chunk_source(std::move(writer), keep_alive), from_(std::move(from)) {}

  task<bool> read(std::string& out) override {
    auto event = co_await from_->next();
    co_return append(out, event);
  }

 private:
  std::unique_ptr<completion_stream> from_;
};

// A turn of a chat. Destroying it leaves the turn alone.
class turn_chunk_source final : public chunk_source {
 public:
  turn_chunk_source(chunk_writer writer, std::chrono::milliseconds keep_alive, turn from)
      : chunk_source(std::move(writer), keep_alive), from_(std::move(from)) {}

  task<bool> read(std::string& out) override {
    auto event = co_await as_result(from_.next());
    co_return append(out, event);
  }

 private:
  turn from_;
};

http_response stream_response(std::unique_ptr<body_source> source) {
  http_response response;
  response.content_type = "text/event-stream";
  response.stream = std::move(source);
  return response;
}

task<http_response> plain(completions_call call, chat_request request) {
  answer_head head(answer_id(call.request_id), call.now, request.completion.model);
  auto completions = call.desk.completions();
  if (request.stream) {
    auto writer = writer_for(std::move(head), request);
    auto events = co_await completions.stream(std::move(request.completion));
    co_return stream_response(
        std::make_unique<completion_source>(std::move(writer), call.keep_alive, std::move(events)));
  }
  auto const answer = co_await completions.complete(std::move(request.completion));
  co_return http_response(200, encode_completion(head, answer));
}

send_options options_of(completions_call const& call, completion_request const& request) {
  send_options how;
  if (!call.idempotency_key.empty()) how.idempotency_key = call.idempotency_key;
  how.model = request.model;
  how.temperature = request.temperature;
  how.top_p = request.top_p;
  how.max_tokens = request.max_tokens;
  how.format = request.format;
  how.on_unsupported = request.on_unsupported;
  return how;
}

task<http_response> in_chat(completions_call call, chat_request request) {
  if (!request.completion.tools.empty())
    throw error(errc::unsupported, "tools cannot be used together with metadata.chat_id");
  // From here on something is stored: a client that goes away must not interrupt that.
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  auto parts = last_user_message(std::move(request.completion.messages));
  auto how = options_of(call, request.completion);
  auto chats = call.desk.chats();
  auto made = co_await chats.send(*request.chat, std::move(parts), std::move(how));
  answer_head head(answer_id(to_string(made.message_id())), call.now, request.completion.model);
  if (request.stream) {
    auto writer = writer_for(std::move(head), request);
    co_return stream_response(std::make_unique<turn_chunk_source>(std::move(writer), call.keep_alive, std::move(made)));
  }
  auto const answer = co_await made.answer();
  if (auto why = failure_of(answer)) throw error(std::move(*why));
  co_return http_response(200, encode_completion(head, completion_of(answer)));
}

}  // namespace

serving::error_form const& errors() noexcept { return form; }

unsupported_policy policy_of(std::string_view header) {
  auto policy = unsupported_policy::refuse;
  if (header.empty() || boost::describe::enum_from_string(std::string(header).c_str(), policy)) return policy;
  throw error(errc::invalid_argument, "x-sambung-unsupported must be refuse or drop");
}

task<http_response> chat_completions(completions_call call, std::string_view body) {
  auto request = decode_chat_request(body).value();
  request.completion.on_unsupported = call.policy;
  if (request.chat && !call.desk.who().may(permission::chat_write))
    throw error(errc::permission_denied, "this role may not send messages");
  if (request.chat) co_return co_await in_chat(std::move(call), std::move(request));
  co_return co_await plain(std::move(call), std::move(request));
}

task<http_response> embeddings(completions_call call, std::string_view body) {
  auto request = decode_embeddings_request(body).value();
  auto const model = request.embedding.model;
  auto completions = call.desk.completions();
  auto const batch = co_await completions.embed(std::move(request.embedding));
  co_return http_response(200, encode_embeddings(batch, model, request.encoding));
}

task<http_response> list_models(completions_call call) {
  auto completions = call.desk.completions();
  auto const models = co_await completions.models();
  co_return http_response(200, encode_models(models));
}

task<http_response> show_model(completions_call call, std::string id) {
  auto completions = call.desk.completions();
  auto const models = co_await completions.models();
  for (auto const& model : models)
    if (model.id == id) co_return http_response(200, encode_model(model));
  throw error(errc::not_found, "no such model");
}

}  // namespace sambung::openai_server
