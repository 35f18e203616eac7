// prompt_rules: what vendors ask of the order of messages, kept whatever a chat's history is.
//
// The strictest of them count for all, since many models' templates are as strict and nobody knows which: a user's
// message comes first; the sides take turns; a message says something; what was called has its result next, and a
// result its call before it; behind results the model speaks; the id of a call is its own.
#pragma once

#include <sambung/provider/completion.hpp>

#include <string_view>
#include <vector>

namespace sambung {

// The messages that a model's answer is in a prompt: what it said and called, the results of that, what it said then,
// and so on. A call without a result gets one that says so.
std::vector<prompt_message> prompt_of(std::vector<part> answer);

// The messages as sides that take turns: neighbours of one side are one message, and where the order asks for a message
// that is not there, one says so. System prompts in front stay as they are.
std::vector<prompt_message> in_turns(std::vector<prompt_message> messages);

// Leaves out messages without parts; where one stood, what is around it still takes turns.
std::vector<prompt_message> without_empty(std::vector<prompt_message> messages);

// Gives calls without an id, and those whose id an earlier call has, an id of their own, and their results. Ids that
// differ in letters which not all vendors take are the same.
void separate_call_ids(std::vector<prompt_message>& messages);

// The prompt that a history is, oldest first. What is no system prompt of the chat is no instruction: messages of the
// role "system" are told as the user's. The last message is a question, or becomes one.
std::vector<prompt_message> prompt_of_history(std::string_view system_prompt, std::vector<prompt_message> history);

}  // namespace sambung
