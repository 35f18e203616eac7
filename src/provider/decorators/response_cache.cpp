#include <sambung/provider/decorators/response_cache.hpp>

#include "core/sha256.hpp"
#include "provider/decorators/answer_cache.hpp"
#include "provider/decorators/decorator.hpp"
#include "provider/decorators/request_key.hpp"

#include <boost/json/serialize.hpp>

namespace sambung {
namespace {

// What an entry costs beside its text.
constexpr std::size_t entry_bytes = 512;
constexpr std::size_t event_bytes = sizeof(completion_event);

bool is_complete(finish_reason reason) { return reason == finish_reason::stop || reason == finish_reason::tool_calls; }

std::size_t bytes_of(std::optional<boost::json::object> const& data) {
  return data ? boost::json::serialize(*data).size() : 0;
}

std::size_t bytes_of(completion_event const& event) {
  std::size_t bytes = event_bytes + size_of(event);
  if (auto const* reasoning = std::get_if<reasoning_delta>(&event)) bytes += bytes_of(reasoning->provider_data);
  if (auto const* call = std::get_if<tool_call_delta>(&event))
    bytes += call->id.size() + call->name.size() + bytes_of(call->provider_data);
  if (auto const* usage = std::get_if<usage_report>(&event)) bytes += usage->raw.size();
  if (auto const* chunk = std::get_if<vendor_chunk>(&event)) bytes += chunk->members.size() + chunk->id.size();
  return bytes;
}

std::size_t bytes_of(completion const& answer) {
  return entry_bytes + boost::json::serialize(to_json(answer.parts)).size() + answer.raw_usage.size() +
         answer.verbatim.size();
}

struct recorded_stream {
  std::string model;
  std::string billed_as;
  std::vector<issue> warnings;
  std::vector<completion_event> events;
};

// What was paid once is not paid again: whoever counts sees it by the usage, which every replay therefore has.
completion replay_of(completion answer) {
  if (!answer.usage) answer.usage.emplace();
  answer.usage->replayed = true;
  return answer;
}

recorded_stream replay_of(recorded_stream stream) {
  bool told = false;
  for (auto& event : stream.events)
    if (auto* report = std::get_if<usage_report>(&event)) report->usage.replayed = told = true;
  if (told) return stream;
  usage_report empty;
  empty.usage.replayed = true;
  stream.events.insert(stream.events.end() - 1, std::move(empty));
  return stream;
}

using stored_answer = std::variant<completion, recorded_stream>;

struct shared_cache {
  shared_cache(cached_options o, std::shared_ptr<clock> const& clock)
      : options(std::move(o)),
        answers(cache_limits{options.max_entries, options.max_bytes, options.time_to_live}, clock) {}

  void store(std::string key, std::string const& model, stored_answer answer, std::size_t bytes) {
    if (bytes > options.max_entry_bytes) return;
    auto const size = static_cast<std::int64_t>(bytes);
    bool const stored = answers.store(std::move(key), std::make_shared<stored_answer const>(std::move(answer)), bytes);
    if (stored) notify(options.observer, cache_stored{model, size});
  }

  // Null when the answer must be asked for.
  std::shared_ptr<stored_answer const> find(std::string const& key, std::string const& model) {
    auto found = answers.find(key);
    if (found) notify(options.observer, cache_hit{model});
    else notify(options.observer, cache_missed{model});
    return found;
  }

  cached_options const options;
  answer_cache<stored_answer> answers;
};

// Where an answer will be stored once it is complete.
struct cache_place {
  std::shared_ptr<shared_cache> cache;
  std::string key;
  std::string model;  // the requested one
};

class recording_stream final : public completion_stream {
 public:
  recording_stream(cache_place place, std::unique_ptr<completion_stream> inner)
      : place_(std::move(place)), inner_(std::move(inner)) {}

  std::string model() const override { return inner_->model(); }
  std::vector<issue> warnings() const override { return inner_->warnings(); }
  std::string billed_as() const override { return inner_->billed_as(); }

  task<result<std::optional<completion_event>>> next() override {
    auto event = co_await inner_->next();
    if (event && *event) record(**event);
    co_return event;
  }

  std::optional<completion_event> ready() override {
    auto event = inner_->ready();
    if (event) record(*event);
    return event;
  }

 private:
  void record(completion_event const& event) {
    if (!recording_) return;
    bytes_ += bytes_of(event);
    if (bytes_ > place_.cache->options.max_entry_bytes) return stop();
    recording_->events.push_back(event);
    auto const* end = std::get_if<completion_finished>(&event);
    if (!end) return;
    recording_->model = inner_->model();
    recording_->billed_as = inner_->billed_as();
    recording_->warnings = inner_->warnings();
    if (is_complete(end->reason))
      place_.cache->store(std::move(place_.key), place_.model, replay_of(std::move(*recording_)), bytes_);
    stop();
  }
  void stop() { recording_.reset(); }

  cache_place place_;
  std::unique_ptr<completion_stream> inner_;
  std::optional<recorded_stream> recording_{std::in_place};
  std::size_t bytes_ = entry_bytes;
};

class replayed_stream final : public completion_stream {
 public:
  explicit replayed_stream(std::shared_ptr<stored_answer const> stored)
      : stored_(std::move(stored)), answer_(std::get<recorded_stream>(*stored_)) {}

  std::string model() const override { return answer_.model; }
  std::string billed_as() const override { return answer_.billed_as; }
  std::vector<issue> warnings() const override { return answer_.warnings; }

  task<result<std::optional<completion_event>>> next() override { co_return ready(); }

  std::optional<completion_event> ready() override {
    if (next_ == answer_.events.size()) return std::nullopt;
    return answer_.events[next_++];
  }

 private:
  std::shared_ptr<stored_answer const> stored_;
  recorded_stream const& answer_;
  std::size_t next_ = 0;
};

class caching_provider final : public provider_decorator {
 public:
  caching_provider(std::shared_ptr<provider> inner, std::shared_ptr<shared_cache> cache)
      : provider_decorator(std::move(inner)), cache_(std::move(cache)) {}

 private:
  task<result<completion>> do_complete(completion_request request) override {
    if (request.cache_scope.empty()) co_return co_await inner().complete(std::move(request));
    cache_place place{cache_, "answer " + sha256_hex(canonical_json(request)), request.model};
    if (auto const stored = cache_->find(place.key, place.model)) co_return std::get<completion>(*stored);
    auto answer = co_await inner().complete(std::move(request));
    if (answer && is_complete(answer->reason))
      cache_->store(std::move(place.key), place.model, replay_of(*answer), bytes_of(*answer));
    co_return answer;
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    if (request.cache_scope.empty()) co_return co_await inner().stream(std::move(request));
    cache_place place{cache_, "stream " + sha256_hex(canonical_json(request)), request.model};
    std::unique_ptr<completion_stream> stream;
    if (auto stored = cache_->find(place.key, place.model)) {
      stream = std::make_unique<replayed_stream>(std::move(stored));
      co_return stream;
    }
    auto opened = co_await inner().stream(std::move(request));
    if (!opened) co_return opened.error();
    stream = std::make_unique<recording_stream>(std::move(place), std::move(*opened));
    co_return stream;
  }

  std::shared_ptr<shared_cache> cache_;
};

}  // namespace

record_description describe_record(record_of<cached_options>) { return record<cached_options>().all_optional(); }

std::shared_ptr<provider> cached(std::shared_ptr<provider> inner, cached_options options,
                                 std::shared_ptr<clock> clock) {
  auto shared = std::make_shared<shared_cache>(std::move(options), required(std::move(clock), "the clock"));
  return std::make_shared<caching_provider>(std::move(inner), std::move(shared));
}

}  // namespace sambung
