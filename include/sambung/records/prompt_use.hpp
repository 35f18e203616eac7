// prompt_use: a kept prompt as a part of turns.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>
#include <sambung/records/prompt_template.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace sambung {

// Which version, and with what, as render_options has them. A prompt that ends with a user's text asks by itself: that
// text is the question. To any other what the user says is added: where its placeholder is, else behind it.
struct prompt_use {
  prompt_use() = default;
  explicit prompt_use(prompt_template_id id_) : id(id_) {}

  prompt_template_id id;
  std::optional<std::string> label;
  std::optional<std::int64_t> version;
  boost::json::object values;
  // Whether another answer is made with what the label leads to then, and, where a chat is set up with this, every
  // turn. Otherwise what it leads to first stays. Not together with a version.
  bool follow_label = false;
  friend bool operator==(prompt_use const&, prompt_use const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(prompt_use, (), (id, label, version, values, follow_label))
SAMBUNG_API record_description describe_record(record_of<prompt_use>);

}  // namespace sambung
