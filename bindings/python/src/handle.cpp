#include "handle.hpp"

namespace sambung::python {

std::string_view name_of(target which) {
  switch (which) {
    case target::engine:
      return "Engine";
    case target::workspace:
      return "Workspace";
    case target::account:
      return "Account";
    case target::turn:
      return "Turn";
    case target::completion_stream:
      return "CompletionStream";
    case target::server:
      return "Server";
  }
  return "Engine";
}

handle::~handle() {
  if (!engine || !engine->foreign()) return;
  static_cast<void>(new std::shared_ptr<void>(std::move(value)));
  static_cast<void>(new engine_ptr(std::move(engine)));
}

}  // namespace sambung::python
