#include <sambung/provider/demo.hpp>

#include <algorithm>
#include <cmath>

namespace sambung {
namespace {

constexpr std::string_view model = "demo";
constexpr std::int64_t dimensions = 64;

std::int64_t count_words(std::string_view text) {
  std::int64_t words = 0;
  bool inside = false;
  for (char const c : text) {
    bool const letter = c != ' ' && c != '\n' && c != '\t' && c != '\r';
    words += letter && !inside;
    inside = letter;
  }
  return words;
}

// At most `max_bytes`, never cutting a character in two.
std::string_view shortened(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0) == 0x80) --max_bytes;
  return text.substr(0, max_bytes);
}

std::string answer_to(completion_request const& request) {
  std::string question;
  for (auto const& message : request.messages)
    if (message.who == role::user) question = text_of(message.parts);
  auto const quoted = shortened(question, 400);
  std::string answer = "This is a demo answer: no model has read your message. ";
  answer += question.empty() ? "You wrote nothing." : "You wrote: \"" + std::string(quoted);
  if (!question.empty()) answer += quoted.size() < question.size() ? "...\"" : "\"";
  answer += " Configure a provider to talk to a real model.";
  return answer;
}

failure unknown_model() { return {errc::not_found, "the demo provider has one model, \"" + std::string(model) + "\""}; }

// FNV-1a, the same everywhere.
std::size_t bucket_of(std::string_view word, std::size_t buckets) {
  std::uint32_t hash = 2'166'136'261;
  for (char const c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619;
  return hash % buckets;
}

// How often words of each bucket stand in the text, as a vector of length 1: texts with the same words are alike.
std::vector<float> words_counted(std::string_view text, std::size_t size, token_usage& usage) {
  std::vector<float> counts(size);
  constexpr std::string_view spaces = " \n\t\r";
  for (auto begin = text.find_first_not_of(spaces); begin != text.npos; begin = text.find_first_not_of(spaces, begin)) {
    auto const end = std::min(text.find_first_of(spaces, begin), text.size());
    counts[bucket_of(text.substr(begin, end - begin), size)] += 1;
    ++usage.input_tokens;
    begin = end;
  }
  float squares = 0;
  for (float const count : counts) squares += count * count;
  if (squares > 0)
    for (float& count : counts) count /= std::sqrt(squares);
  return counts;
}

class demo_stream final : public completion_stream {
 public:
  demo_stream(std::shared_ptr<clock> clock, demo_options options, completion_request const& request)
      : clock_(std::move(clock)), options_(options), rest_(answer_to(request)) {
    for (auto const& message : request.messages) usage_.input_tokens += count_words(text_of(message.parts));
    words_ = count_words(rest_);
    if (request.max_tokens && *request.max_tokens < words_) {
      words_ = *request.max_tokens;
      reason_ = finish_reason::length;
    }
    usage_.output_tokens = words_;
  }

  std::string model() const override { return std::string(sambung::model); }

  task<result<std::optional<completion_event>>> next() override {
    if (words_ > 0) {
      if (at_ > 0) co_await clock_->sleep(options_.delay);
      co_return completion_event(text_delta{next_word()});
    }
    if (stage_ == stage::usage) {
      stage_ = stage::finish;
      co_return completion_event(usage_report{usage_, raw_usage()});
    }
    if (std::exchange(stage_, stage::end) == stage::finish) {
      auto const* word = reason_ == finish_reason::stop ? "stop" : "length";
      co_return completion_event(completion_finished{reason_, word});
    }
    co_return std::optional<completion_event>();
  }

 private:
  enum class stage { usage, finish, end };

  std::string next_word() {
    auto end = rest_.find_first_not_of(" \n\t\r", at_);
    end = rest_.find_first_of(" \n\t\r", end);
    --words_;
    if (words_ == 0 && reason_ == finish_reason::stop) end = rest_.npos;
    auto word = rest_.substr(at_, end == rest_.npos ? end : end - at_);
    at_ += word.size();
    return word;
  }

  std::string raw_usage() const {
    return R"({"prompt_tokens":)" + std::to_string(usage_.input_tokens) + R"(,"completion_tokens":)" +
           std::to_string(usage_.output_tokens) + '}';
  }

  std::shared_ptr<clock> clock_;
  demo_options options_;
  std::string rest_;
  std::size_t at_ = 0;
  std::int64_t words_ = 0;
  token_usage usage_;
  finish_reason reason_ = finish_reason::stop;
  stage stage_ = stage::usage;
};

class demo final : public provider {
 public:
  demo(std::shared_ptr<clock> clock, demo_options options) : clock_(std::move(clock)), options_(options) {}

 private:
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    if (request.model != model) co_return unknown_model();
    std::unique_ptr<completion_stream> stream = std::make_unique<demo_stream>(clock_, options_, request);
    co_return stream;
  }

  task<result<embedding_batch>> do_embed(embedding_request request) override {
    if (request.model != model) co_return unknown_model();
    auto const size = static_cast<std::size_t>(std::min(request.dimensions.value_or(dimensions), dimensions));
    embedding_batch batch;
    batch.model = model;
    batch.usage.emplace();
    for (auto const& text : request.texts) batch.vectors.push_back(words_counted(text, size, *batch.usage));
    co_return batch;
  }

  task<result<std::vector<model_info>>> do_models() override {
    std::vector<model_info> models;
    models.push_back(model_info{std::string(model), "sambung", 0});
    co_return models;
  }

  std::shared_ptr<clock> clock_;
  demo_options options_;
};

}  // namespace

record_description describe_record(record_of<demo_options>) { return record<demo_options>().all_optional(); }

std::shared_ptr<provider> demo_provider(std::shared_ptr<clock> clock, demo_options options) {
  return std::make_shared<demo>(std::move(clock), options);
}

}  // namespace sambung
