#include <sambung/provider/vendors/anthropic.hpp>

#include "provider/vendors/vendor_client.hpp"
#include "provider/wires/anthropic_wire.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace sambung {
namespace {

constexpr vendor_protocol anthropic_protocol{"x-api-key", "", "text/event-stream"};
constexpr char const* version = "2023-06-01";
// Of the list of models: of as many models as the API gives at once.
constexpr int max_pages = 10;

std::string page_path(std::string const& after) {
  std::string path = "/v1/models?limit=1000";
  if (!after.empty()) path += "&after_id=" + boost::urls::encode(after, boost::urls::unreserved_chars);
  return path;
}

class anthropic_account final : public provider {
 public:
  anthropic_account(vendor_client client, anthropic_models models)
      : client_(std::move(client)), models_(std::move(models)) {}

  std::string key_host() const override { return client_.key_host(); }

  model_capabilities capabilities(std::string_view model) const override {
    model_capabilities of_vendor;
    of_vendor.max_temperature = 1;  // https://platform.claude.com/docs/en/api/messages: 0.0 to 1.0
    return merged(of_vendor, provider::capabilities(model));
  }

 private:
  task<result<completion>> do_complete(completion_request request) override {
    auto call = call_for(request, answer_mode::whole);
    return client_.complete(std::move(call), std::move(request.model), decode_anthropic_answer);
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    auto call = call_for(request, answer_mode::streamed);
    return client_.stream<anthropic_stream_decoder>(std::move(call), std::move(request.model), decode_anthropic_answer);
  }

  task<result<std::vector<model_info>>> do_models() override {
    std::vector<model_info> all;
    std::string after;
    for (int page = 0; page < max_pages; ++page) {
      auto found = co_await models_after(after);
      if (!found) co_return found.error();
      std::move(found->models.begin(), found->models.end(), std::back_inserter(all));
      if (!found->next) co_return all;
      after = std::move(*found->next);
    }
    co_return failure(errc::provider_error, "the provider's list of models has no end");
  }

  // One answer to the cheap question is enough.
  task<result<void>> do_check() override {
    std::string const start;
    auto const page = co_await models_after(start);
    if (!page) co_return page.error();
    co_return result<void>();
  }

  task<result<anthropic_models_page>> models_after(std::string const& after) {
    vendor_call call(page_path(after));
    auto const answer = co_await client_.fetch(call);
    if (!answer) co_return answer.error();
    co_return answer->read(decode_anthropic_models(answer->body, client_.key_of(call).view()));
  }

  vendor_call call_for(completion_request const& request, answer_mode mode) const {
    auto const model = anthropic_model_named(request.model, models_);
    vendor_call call("/v1/messages", encode_anthropic_request(request, mode, model), request.credential);
    call.trace = request.trace;
    if (replays_bound_reasoning(request)) call.headers.emplace_back(bound_reasoning_header);
    return call;
  }

  vendor_client client_;
  anthropic_models models_;
};

}  // namespace

record_description describe_record(record_of<anthropic_options>) { return record<anthropic_options>().all_optional(); }

result<std::shared_ptr<provider>> anthropic_provider(anthropic_options options) {
  auto transport = transport_for(options);
  if (!transport) return transport.error();
  return anthropic_provider(std::move(options), std::move(*transport));
}

result<std::shared_ptr<provider>> anthropic_provider(anthropic_options options, std::shared_ptr<transport> transport,
                                                     std::shared_ptr<clock> clock) {
  auto models = std::move(options.models);
  options.headers.emplace_back("anthropic-version", version);
  auto client = vendor_client::make(std::move(options), anthropic_protocol, std::move(transport), std::move(clock));
  if (!client) return client.error();
  std::shared_ptr<provider> made = std::make_shared<anthropic_account>(std::move(*client), std::move(models));
  return made;
}

}  // namespace sambung
