// What Python has otherwise than C++: types whose values are more easily told, and what is told of classes.
// Included by everything that makes shapes, so that each type has the same one everywhere.
#pragma once

#include "shape_of.hpp"

#include <sambung/provider/completion.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/chats/chats.hpp>
#include <sambung/services/events/events.hpp>
#include <sambung/services/search/search.hpp>

#include <cstddef>

namespace sambung::python {

// A text is a list of one part.
template <>
struct own_shape<std::vector<part>> {
  static shape make() {
    auto s = detail::describe<std::vector<part>>();
    s.from_text = [](std::string_view text, void* out) {
      text_part said;
      said.text = text;
      *static_cast<std::vector<part>*>(out) = {std::move(said)};
      return true;
    };
    return s;
  }
};

// A text is one delta of it.
template <>
struct own_shape<completion_event> {
  static shape make() {
    auto s = detail::describe<completion_event>();
    s.from_text = [](std::string_view text, void* out) {
      text_delta said;
      said.text = text;
      *static_cast<completion_event*>(out) = std::move(said);
      return true;
    };
    return s;
  }
};

// "auto", "none", "required", or the name of a tool.
template <>
struct own_shape<tool_choice> {
  static shape make() {
    auto s = detail::describe<tool_choice>();
    s.from_text = [](std::string_view text, void* out) {
      auto& choice = *static_cast<tool_choice*>(out);
      if (text == "auto") choice = tool_choice(tool_choice::kind::automatic);
      else if (text == "none") choice = tool_choice(tool_choice::kind::none);
      else if (text == "required") choice = tool_choice(tool_choice::kind::required);
      else choice = tool_choice::of(std::string(text));
      return true;
    };
    return s;
  }
};

// "json_object", or a dict with a name and a schema.
template <>
struct own_shape<output_format> {
  static shape make() {
    auto s = detail::describe<output_format>();
    for (auto& f : s.fields) f.limits.required = false;
    s.from_text = [](std::string_view text, void* out) {
      *static_cast<output_format*>(out) = output_format();
      return text == "json_object";
    };
    s.settle = [](void* out) {
      auto& format = *static_cast<output_format*>(out);
      if (!format.schema.empty()) format.how = output_format::kind::json_schema;
    };
    return s;
  }
};

// What a program that is trusted may say as well: see new_chat.
template <>
struct own_shape<new_chat> {
  static shape make() {
    auto s = detail::describe<new_chat>();
    for (auto& f : s.fields) f.limits.internal = false;
    return s;
  }
};

// A page of hits, and what is told of it.
struct found_page {
  page<search_hit> hits;
  bool partial = false;
  std::optional<timestamp> indexed_since;
};

template <>
struct own_shape<found_page> {
  static shape make() {
    shape s;
    s.what = kind::page;
    s.of = {&shape_of<std::vector<search_hit>>()};
    s.at = [](void* v, std::size_t) { return detail::address_of(static_cast<found_page*>(v)->hits.items); };
    s.cursor = [](void* v) { return &static_cast<found_page*>(v)->hits.next_cursor; };
    s.fields = {{"partial", offsetof(found_page, partial), &shape_of<bool>(), {}},
                {"indexed_since", offsetof(found_page, indexed_since), &shape_of<std::optional<timestamp>>(), {}}};
    return s;
  }
};

// An event and where it stands.
struct heard_event {
  std::int64_t position = 0;
  desk_event event;
};
BOOST_DESCRIBE_STRUCT(heard_event, (), (position, event))

// Who acts, as Python has it: of principals and identities.
struct identity_view {
  sambung::user_id user_id;
  authentication how = authentication::trusted;
  std::optional<sambung::tenant_id> tenant_id;
  std::optional<member_role> role;
  permission_set scopes = permission_set::all();
  std::optional<sambung::session_id> session_id;
  std::optional<sambung::token_id> token_id;
  std::optional<timestamp> expires_at;
};
BOOST_DESCRIBE_STRUCT(identity_view, (), (user_id, how, tenant_id, role, scopes, session_id, token_id, expires_at))

template <>
struct own_shape<identity_view> {
  static shape make() {
    auto s = detail::describe<identity_view>();
    s.name = "identity";
    for (auto& f : s.fields) f.limits.required = f.name == "user_id";
    return s;
  }
};

identity_view view_of(identity const& who);
identity_view view_of(principal const& who);
identity identity_of(identity_view const& who);

// Where a call comes from.
struct origin_input {
  std::string address;
  std::string user_agent;
  std::string device;
  std::optional<session_id> session;
};
BOOST_DESCRIBE_STRUCT(origin_input, (), (address, user_agent, device, session))

template <>
struct own_shape<origin_input> {
  static shape make() {
    auto s = detail::describe<origin_input>();
    s.name = "request_origin";
    for (auto& f : s.fields) f.limits.required = false;
    return s;
  }
};

template <>
struct own_shape<page_request> {
  static shape make() {
    auto s = detail::describe<page_request>();
    for (auto& f : s.fields) f.limits.required = false;
    return s;
  }
};

}  // namespace sambung::python
