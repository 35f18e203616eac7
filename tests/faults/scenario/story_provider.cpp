#include "faults/scenario/story_provider.hpp"

#include <sambung/testing/scripted_provider.hpp>

namespace sambung::tests {
namespace {

constexpr std::size_t piece = 40;  // bytes of one delta

void add_pieces(testing::answer_script& script, std::string const& text) {
  for (std::size_t at = 0; at < text.size(); at += piece) script.text(text.substr(at, piece));
}

}  // namespace

std::string story_about(std::string const& question) {
  auto story = "About <" + question + ">:";
  auto const words = 5 + std::hash<std::string>()(question) % 40;
  for (std::size_t i = 0; i < words; ++i) story += " word" + std::to_string(i);
  if (pauses(question)) story += " and so on, until everybody had fallen asleep over it";
  return story;
}

bool pauses(std::string const& question) { return question.ends_with(" (slowly)"); }

std::shared_ptr<provider> story_provider::handle() {
  auto made = std::make_shared<testing::scripted_provider>();
  made->otherwise([this](completion_request const& request) {
    auto const question = text_of(request.messages.back().parts);
    auto const story = story_about(question);
    testing::answer_script script;
    auto const half = pauses(question) ? story.size() / 2 : 0;
    if (half > 0) {
      add_pieces(script, story.substr(0, half));
      script.wait(gate_of(question));
    }
    add_pieces(script, story.substr(half));
    script.usage(10, 20).finish();
    return script;
  });
  return made;
}

testing::gate story_provider::gate_of(std::string const& question) {
  std::lock_guard lock(mutex_);
  auto& gate = gates_[question];
  if (never_) gate.open();
  return gate;
}

void story_provider::go_on(std::string const& question) {
  std::lock_guard lock(mutex_);
  gates_[question].open();
}

void story_provider::never_pause() {
  std::lock_guard lock(mutex_);
  never_ = true;
  for (auto& [question, gate] : gates_) gate.open();
}

}  // namespace sambung::tests
