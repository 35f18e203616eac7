// template_access: one caller's way to templates. What it reads is the caller's own, or shared with the tenant.
#pragma once

#include <sambung/records/prompt_label.hpp>
#include <sambung/records/prompt_version.hpp>

#include "services/base/access.hpp"
#include "services/base/engine_core.hpp"

namespace sambung {

// Lifetime: `core` must outlive it.
class template_access {
 public:
  // Throws as access_of() does.
  static task<template_access> open(engine_core& core, principal const& who, permission wanted);

  engine_core& core() const { return core_; }
  principal const& who() const { return who_; }
  scope const& rows() const { return reach_.scope; }
  user_id const& user() const { return reach_.user; }

  bool may_read(prompt_template const& one) const;

  // Another's private one is not found.
  task<prompt_template> readable(prompt_template_id id) const;
  // Also errc::permission_denied for what another shares, without content_manage, and, without content_publish, for
  // whatever is shared.
  task<prompt_template> changeable(prompt_template_id id) const;

  task<prompt_version> version_of(prompt_template const& of, std::int64_t number) const;
  // Empty without one.
  task<std::optional<prompt_label>> label_of(prompt_template_id of, std::string name) const;

 private:
  template_access(engine_core& core, principal who, access reach) : core_(core), who_(std::move(who)), reach_(reach) {}

  engine_core& core_;
  principal who_;
  access reach_;
};

}  // namespace sambung
