#include "verb_table.hpp"

namespace sambung::python {

template <>
struct reached<templates> {
  static constexpr auto on = target::workspace;
  static templates of(handle const& h) { return h.as<workspace>().templates(); }
};

void add_template_verbs(verb_table& to) {
  to.verb("templates_create", "new", &templates::create);
  to.verb("templates_get", "template", &templates::get);
  to.verb("templates_list", "page category", &templates::list);
  to.verb("templates_list_public", "page category", &templates::list_public);
  to.verb("templates_search", "text page", &templates::search);
  to.verb("templates_counts", "", &templates::counts);
  to.verb("templates_update", "template changes revision", &templates::update);
  to.verb("templates_remove", "template", &templates::remove);
  to.verb("templates_duplicate", "template", &templates::duplicate);
  to.verb("templates_versions", "template page", &templates::versions);
  to.verb("templates_version", "template number", &templates::version);
  to.verb("templates_restore", "template number revision", &templates::restore);
  to.verb("templates_diff", "template before after", &templates::diff);
  to.verb("templates_labels", "template", &templates::labels);
  to.verb("templates_set_label", "template name arms protect", &templates::set_label);
  to.verb("templates_remove_label", "template name", &templates::remove_label);
  to.verb("templates_usage", "template page", &templates::usage);
  to.verb("templates_render", "template options", &templates::render);
  to.verb("templates_preview", "content values", &templates::preview);
  to.verb("templates_export_prompts", "templates", &templates::export_prompts);
  to.verb("templates_import_prompts", "archive", &templates::import_prompts);
}

}  // namespace sambung::python
