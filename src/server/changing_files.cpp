// What a server does when files that it was given change while it runs.
#include "http/server/access_log.hpp"
#include "server/server_core.hpp"

namespace sambung::serving {

void server_core::look_after_certificate() {
  if (!certificates_) return;
  auto const news = certificates_->reload_if_changed();
  bool const fine = news == certificate_news::reloaded;
  auto const level = fine ? log_level::info : log_level::warn;
  if (news == certificate_news::none || !logs(level)) return;
  log(encode_event(clock->now(), fine ? "certificate_reloaded" : "certificate_refused",
                   fine ? std::string_view() : certificates_->fault(), {}, level));
}

void server_core::look_after_files() {
  if (!options.static_files) return;
  std::string fault;
  auto const news = file_shelf::of(*options.static_files)->reload_if_changed(fault);
  bool const fine = news == shelf_news::reloaded;
  auto const level = fine ? log_level::info : log_level::warn;
  if (news == shelf_news::none || !logs(level)) return;
  log(encode_event(clock->now(), fine ? "page_reloaded" : "page_refused", fault, {}, level));
}

}  // namespace sambung::serving
