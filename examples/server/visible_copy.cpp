#include "visible_copy.hpp"

#include "interruption.hpp"
#include "progress.hpp"

#include <sambung/engine/engine.hpp>

namespace command_line {

sambung::copy_report copy_visibly(sambung::storage& from, sambung::storage& to, sambung::copy_target target) {
  progress shown;
  sambung::copy_options options;
  options.target = target;
  options.progress = [&](sambung::copy_progress const& now) { shown.show(now); };
  auto copying = sambung::copy_storage(from, to, sambung::standard_schema(), std::move(options));
  return run_until_signal(std::move(copying)).value();
}

}  // namespace command_line
