#include "services/templates/template_access.hpp"

#include "services/base/system_records.hpp"
#include "services/templates/prompt_ids.hpp"

namespace sambung {

task<template_access> template_access::open(engine_core& core, principal const& who, permission wanted) {
  auto reach = co_await access_of(core, who, wanted);
  co_return template_access(core, who, reach);
}

bool template_access::may_read(prompt_template const& one) const {
  return one.owner_id == user() || one.visibility == visibility::tenant;
}

task<prompt_template> template_access::readable(prompt_template_id id) const {
  auto found = (co_await core_.records<prompt_template>(rows()).get(id)).value();
  if (!may_read(found)) throw_not_found();
  co_return found;
}

task<prompt_template> template_access::changeable(prompt_template_id id) const {
  auto found = co_await readable(id);
  if (found.owner_id != user()) demand(who_, permission::content_manage);
  if (found.visibility == visibility::tenant) demand(who_, permission::content_publish);
  co_return found;
}

task<prompt_version> template_access::version_of(prompt_template const& of, std::int64_t number) const {
  co_return (co_await core_.records<prompt_version>(rows()).get(version_id_of(of.id, number))).value();
}

task<std::optional<prompt_label>> template_access::label_of(prompt_template_id of, std::string name) const {
  auto found = co_await core_.records<prompt_label>(rows()).get(label_id_of(of, name));
  co_return if_found(std::move(found));
}

}  // namespace sambung
