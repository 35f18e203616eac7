// What a server does when files that it was given change while it runs.
#include "http/server/access_log.hpp"
#include "server/server_core.hpp"

namespace sambung::serving {
namespace {

std::string told_of(std::vector<std::string> const& misnamed) {
  auto text = misnamed.front() + " is no name of a file that is served";
  if (misnamed.size() > 1) text += ", and so are " + std::to_string(misnamed.size() - 1) + " others";
  return text;
}

}  // namespace

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
  auto const look = file_shelf::of(*options.static_files)->reload_if_changed();
  if (!look.misnamed.empty() && logs(log_level::warn))
    log(encode_event(clock->now(), "page_file_left_out", told_of(look.misnamed)));
  bool const fine = look.news == shelf_news::reloaded;
  auto const level = fine ? log_level::info : log_level::warn;
  if (look.news == shelf_news::none || !logs(level)) return;
  log(encode_event(clock->now(), fine ? "page_reloaded" : "page_refused", look.why, {}, level));
}

}  // namespace sambung::serving
