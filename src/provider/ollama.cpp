#include <sambung/provider/ollama.hpp>

#include "provider/ollama_wire.hpp"
#include "provider/vendor_client.hpp"

namespace sambung {
namespace {

constexpr vendor_protocol protocol{"Authorization", "Bearer ", "application/x-ndjson"};

class ollama_account final : public ollama_server {
 public:
  ollama_account(vendor_client client, std::optional<std::chrono::seconds> keep_alive)
      : client_(std::move(client)), keep_alive_(keep_alive) {}

  std::string key_host() const override { return client_.key_host(); }

  task<result<ollama_model>> describe(std::string model) override {
    vendor_call call("/api/show", encode_ollama_show_request(model), nullptr);
    auto const answer = co_await client_.fetch(call);
    if (!answer) co_return answer.error();
    co_return answer->read(decode_ollama_model(answer->body, client_.key_of(call).view()));
  }

 private:
  task<result<completion>> do_complete(completion_request request) override {
    auto call = call_for(request, answer_mode::whole);
    return client_.complete(std::move(call), std::move(request.model), decode_ollama_answer);
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    auto call = call_for(request, answer_mode::streamed);
    return client_.stream<ollama_stream_decoder>(std::move(call), std::move(request.model), decode_ollama_answer);
  }

  task<result<embedding_batch>> do_embed(embedding_request request) override {
    stay_loaded(request.extra);
    vendor_call call("/api/embed", encode_ollama_embedding_request(request), request.credential);
    auto const answer = co_await client_.fetch(call);
    if (!answer) co_return answer.error();
    auto const key = client_.key_of(call).view();
    co_return answer->read(decode_ollama_embeddings(answer->body, request.texts.size(), key));
  }

  task<result<std::vector<model_info>>> do_models() override {
    vendor_call call("/api/tags");
    auto const answer = co_await client_.fetch(call);
    if (!answer) co_return answer.error();
    co_return answer->read(decode_ollama_models(answer->body, client_.key_of(call).view()));
  }

  vendor_call call_for(completion_request& request, answer_mode mode) const {
    stay_loaded(request.extra);
    return vendor_call("/api/chat", encode_ollama_request(request, mode), request.credential);
  }

  void stay_loaded(boost::json::object& extra) const {
    if (keep_alive_) extra.emplace("keep_alive", keep_alive_->count());
  }

  vendor_client client_;
  std::optional<std::chrono::seconds> keep_alive_;
};

}  // namespace

result<std::shared_ptr<ollama_server>> ollama_provider(ollama_options options) {
  auto transport = transport_for(options);
  if (!transport) return transport.error();
  return ollama_provider(std::move(options), std::move(*transport));
}

result<std::shared_ptr<ollama_server>> ollama_provider(ollama_options options, std::shared_ptr<transport> transport,
                                                       std::shared_ptr<clock> clock) {
  auto const keep_alive = options.keep_alive;
  auto client = vendor_client::make(std::move(options), protocol, std::move(transport), std::move(clock));
  if (!client) return client.error();
  std::shared_ptr<ollama_server> made = std::make_shared<ollama_account>(std::move(*client), keep_alive);
  return made;
}

}  // namespace sambung
