// A desk with people who keep prompts.
#pragma once

#include "support/desk.hpp"

#include <gtest/gtest.h>

namespace sambung::prompt_desk {

using tests::desk;
using tests::desk_options;

inline prompt_variable variable(std::string name, prompt_variable_type type = prompt_variable_type::text) {
  prompt_variable made;
  made.name = std::move(name);
  made.type = type;
  return made;
}

inline prompt_content text(std::string of, std::vector<prompt_variable> variables = {}) {
  template_message message;
  message.text = std::move(of);
  prompt_content made;
  made.messages.push_back(std::move(message));
  made.variables = std::move(variables);
  return made;
}

inline new_prompt prompt(std::string name, prompt_content content, visibility seen = visibility::private_) {
  new_prompt made;
  static_cast<prompt_content&>(made) = std::move(content);
  made.name = std::move(name);
  made.visibility = seen;
  return made;
}

inline prompt_update content_update(prompt_content content) {
  prompt_update changes;
  changes.content = std::move(content);
  return changes;
}

inline render_options with(boost::json::object values) {
  render_options how;
  how.values = std::move(values);
  return how;
}

template <class T>
errc code_of(task<T> operation) {
  auto const outcome = sync_wait(as_result(std::move(operation)));
  return outcome ? errc{-1} : outcome.error().code;
}

template <class T>
std::vector<std::string> issues_of(task<T> operation) {
  auto const outcome = sync_wait(as_result(std::move(operation)));
  std::vector<std::string> all;
  if (!outcome)
    for (auto const& one : outcome.error().issues) all.push_back(one.path + ' ' + one.message);
  return all;
}

class prompt_test : public ::testing::Test {
 protected:
  templates of(user_id who, member_role role = member_role::member) {
    return d.engine->workspace(principal::trusted(d.tenant, who, role)).templates();
  }
  templates ada() { return of(d.user); }
  templates ben() { return of(ben_); }
  templates manager() { return of(manager_, member_role::admin); }

  stored_prompt keep(new_prompt from) { return sync_wait(ada().create(std::move(from))); }
  std::string rendered(templates by, prompt_template_id id, render_options how = render_options()) {
    return sync_wait(by.render(id, std::move(how))).messages.at(0).text;
  }

  desk d;
  user_id ben_ = d.add_user("ben");
  user_id manager_ = d.add_user("manager");
};

}  // namespace sambung::prompt_desk
