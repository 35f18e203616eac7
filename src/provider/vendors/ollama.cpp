#include <sambung/provider/vendors/ollama.hpp>

#include "provider/vendors/vendor_client.hpp"
#include "provider/wires/ollama_wire.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace sambung {
namespace {

constexpr vendor_protocol ollama_protocol{"Authorization", "Bearer ", "application/x-ndjson"};

// Of the models that a list names for the first time: a list must not take long.
constexpr std::size_t most_described = 32;

// What the server says counts more than what is published. It embeds with models that do not say so, too.
model_capabilities capabilities_of(ollama_model const& model) {
  model_capabilities known;
  if (model.context_tokens > 0) known.context_tokens = model.context_tokens;
  if (model.capabilities.empty()) return known;  // an older server
  auto const can = [&](std::string_view what) {
    return std::ranges::find(model.capabilities, what) != model.capabilities.end() ? support::yes : support::no;
  };
  known.chat = can("completion");
  known.tools = can("tools");
  known.images = can("vision");
  if (can("embedding") == support::yes) known.embeddings = support::yes;
  if (can("thinking") == support::yes) known.reasoning_effort = support::yes;
  return known;
}

// "llama3.2" is "llama3.2:latest".
std::string tagged(std::string_view model) {
  std::string name(model);
  auto const slash = name.rfind('/');
  if (name.find(':', slash == name.npos ? 0 : slash) == name.npos) name += ":latest";
  return name;
}

// What is known about a server's models. Thread safety: safe to use from any thread.
class model_memory {
 public:
  bool knows(model_info const& listed) const {
    std::lock_guard const lock(mutex_);
    auto const found = models_.find(tagged(listed.id));
    return found != models_.end() && found->second.modified == listed.created;
  }
  void keep(std::string_view model, std::int64_t modified, ollama_model const& described) {
    std::lock_guard const lock(mutex_);
    models_[tagged(model)] = {modified, capabilities_of(described)};
  }
  // Everything unknown of a model that was not described.
  model_capabilities of(std::string_view model) const {
    std::lock_guard const lock(mutex_);
    auto const found = models_.find(tagged(model));
    return found == models_.end() ? model_capabilities() : found->second.known;
  }
  void keep_only(std::vector<model_info> const& listed) {
    std::lock_guard const lock(mutex_);
    std::set<std::string> names;
    for (auto const& one : listed) names.insert(tagged(one.id));
    std::erase_if(models_, [&](auto const& each) { return !names.contains(each.first); });
  }

 private:
  struct entry {
    std::int64_t modified = 0;  // UNIX seconds, as the list says
    model_capabilities known;
  };

  mutable std::mutex mutex_;
  std::map<std::string, entry, std::less<>> models_;
};

class ollama_account final : public ollama_server {
 public:
  ollama_account(vendor_client client, std::optional<std::chrono::seconds> keep_alive)
      : client_(std::move(client)), keep_alive_(keep_alive) {}

  std::string key_host() const override { return client_.key_host(); }

  model_capabilities capabilities(std::string_view model) const override {
    return merged(memory_.of(model), ollama_server::capabilities(model));
  }

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
    auto listed = answer->read(decode_ollama_models(answer->body, client_.key_of(call).view()));
    if (listed) co_await describe_new(*listed);
    co_return listed;
  }

  // One answer to the cheap question is enough.
  task<result<void>> do_check() override {
    vendor_call call("/api/tags");
    auto const answer = co_await client_.fetch(call);
    if (!answer) co_return answer.error();
    auto const listed = answer->read(decode_ollama_models(answer->body, client_.key_of(call).view()));
    if (!listed) co_return listed.error();
    co_return result<void>();
  }

  // A list is one without this, too. What could not be asked is asked with the next one; a server that cannot say it is
  // not asked again.
  task<void> describe_new(std::vector<model_info> const& listed) {
    memory_.keep_only(listed);
    std::size_t asked = 0;
    for (auto const& one : listed) {
      if (memory_.knows(one)) continue;
      if (asked++ == most_described) break;
      auto const said = co_await describe(one.id);
      if (!said && said.error().code == errc::unavailable) break;
      memory_.keep(one.id, one.created, said ? *said : ollama_model());
    }
  }

  vendor_call call_for(completion_request& request, answer_mode mode) const {
    stay_loaded(request.extra);
    vendor_call call("/api/chat", encode_ollama_request(request, mode), request.credential);
    call.trace = request.trace;
    return call;
  }

  void stay_loaded(boost::json::object& extra) const {
    if (keep_alive_) extra.emplace("keep_alive", keep_alive_->count());
  }

  vendor_client client_;
  std::optional<std::chrono::seconds> keep_alive_;
  model_memory memory_;
};

}  // namespace

record_description describe_record(record_of<ollama_options>) { return record<ollama_options>().all_optional(); }

result<std::shared_ptr<ollama_server>> ollama_provider(ollama_options options) {
  auto transport = transport_for(options);
  if (!transport) return transport.error();
  return ollama_provider(std::move(options), std::move(*transport));
}

result<std::shared_ptr<ollama_server>> ollama_provider(ollama_options options, std::shared_ptr<transport> transport,
                                                       std::shared_ptr<clock> clock) {
  auto const keep_alive = options.keep_alive;
  auto client = vendor_client::make(std::move(options), ollama_protocol, std::move(transport), std::move(clock));
  if (!client) return client.error();
  std::shared_ptr<ollama_server> made = std::make_shared<ollama_account>(std::move(*client), keep_alive);
  return made;
}

}  // namespace sambung
