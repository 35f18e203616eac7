// included_texts: what a version includes, read with the rights of whoever asks.
#pragma once

#include <sambung/template/compiled_template.hpp>

#include "services/templates/template_access.hpp"

#include <map>

namespace sambung {

struct included_texts {
  // By the text that includes, empty for the outermost, and the reference in it.
  std::map<std::pair<std::string, std::string>, result<included_template>> found;
  std::vector<prompt_include> pins;           // what the outermost text includes
  std::vector<prompt_template_id> templates;  // whose texts were found, each once

  include_resolver resolver() const&;
};

// `pins` says what references meant before; others are looked up by name among the caller's own templates, then by
// command, then among what is shared. `self` is the template that `content` is of, which may not include itself.
task<included_texts> load_includes(template_access const& reach, prompt_content const& content,
                                   std::vector<prompt_include> const& pins, std::optional<prompt_template_id> self);

}  // namespace sambung
