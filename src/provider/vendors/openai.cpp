#include <sambung/provider/vendors/openai.hpp>

#include <sambung/provider/vendors/compatible.hpp>

#include "provider/vendors/vendor_client.hpp"
#include "provider/wires/openai_stream.hpp"
#include "provider/wires/openai_wire.hpp"

namespace sambung {
namespace {

constexpr vendor_protocol openai_protocol{"Authorization", "Bearer ", "text/event-stream"};

openai_dialect dialect_of(std::string_view key_host) {
  if (key_host != "api.openai.com") return {};
  return *compatible_options("openai").value().dialect;
}

vendor_form form_for(completion_request const& request) {
  return request.verbatim ? vendor_form::kept : vendor_form::dropped;
}

result<completion> decode(std::string_view body, std::string_view secret) {
  return decode_openai_answer(body, secret, vendor_form::dropped);
}
result<completion> decode_and_keep(std::string_view body, std::string_view secret) {
  return decode_openai_answer(body, secret, vendor_form::kept);
}

class openai_account final : public provider {
 public:
  openai_account(vendor_client client, openai_dialect dialect)
      : client_(std::move(client)), dialect_(std::move(dialect)) {}

  std::string key_host() const override { return client_.key_host(); }

 private:
  task<result<completion>> do_complete(completion_request request) override {
    auto call = call_for(request, answer_mode::whole);
    auto const decoder = request.verbatim ? decode_and_keep : decode;
    return client_.complete(std::move(call), std::move(request.model), decoder);
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    auto call = call_for(request, answer_mode::streamed);
    auto const form = form_for(request);
    return client_.stream<openai_stream_decoder>(std::move(call), std::move(request.model), decode, form);
  }

  task<result<embedding_batch>> do_embed(embedding_request request) override {
    vendor_call call("/embeddings", encode_openai_embedding_request(request), request.credential);
    auto const answer = co_await client_.fetch(call);
    if (!answer) co_return answer.error();
    auto const key = client_.key_of(call).view();
    co_return answer->read(decode_openai_embeddings(answer->body, request.texts.size(), key));
  }

  task<result<std::vector<model_info>>> do_models() override {
    vendor_call call("/models");
    auto const answer = co_await client_.fetch(call);
    if (!answer) co_return answer.error();
    auto const key = client_.key_of(call).view();
    co_return answer->read(decode_openai_models(answer->body, key, dialect_.model_prefix));
  }

  vendor_call call_for(completion_request const& request, answer_mode mode) const {
    vendor_call call("/chat/completions", encode_openai_request(request, mode, dialect_), request.credential);
    call.trace = request.trace;
    return call;
  }

  vendor_client client_;
  openai_dialect dialect_;
};

}  // namespace

record_description describe_record(record_of<openai_options>) { return record<openai_options>().all_optional(); }

result<std::shared_ptr<provider>> openai_provider(openai_options options) {
  auto transport = transport_for(options);
  if (!transport) return transport.error();
  return openai_provider(std::move(options), std::move(*transport));
}

result<std::shared_ptr<provider>> openai_provider(openai_options options, std::shared_ptr<transport> transport,
                                                  std::shared_ptr<clock> clock) {
  auto dialect = std::move(options.dialect);
  auto client = vendor_client::make(std::move(options), openai_protocol, std::move(transport), std::move(clock));
  if (!client) return client.error();
  if (!dialect) dialect = dialect_of(client->key_host());
  std::shared_ptr<provider> made = std::make_shared<openai_account>(std::move(*client), std::move(*dialect));
  return made;
}

}  // namespace sambung
