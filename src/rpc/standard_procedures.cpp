#include <sambung/rpc/standard_procedures.hpp>

namespace sambung {

void standard_procedures(procedure_registry& registry) {
  health_procedures(registry);
  chat_procedures(registry);
  message_procedures(registry);
  model_procedures(registry);
}

void health_procedures(procedure_registry& registry) {
  registry.call<nothing, health_output>("healthCheck", permission::none, "Says that the server is up.",
                                        [](nothing) -> task<health_output> { co_return health_output(); });
}

void model_procedures(procedure_registry& registry) {
  registry.call<nothing, model_list_output>("model.list", permission::model_use,
                                            "Lists the models of every provider that answers now.",
                                            [](workspace desk, nothing) -> task<model_list_output> {
                                              model_list_output out;
                                              auto completions = desk.completions();
                                              out.items = co_await completions.models();
                                              co_return out;
                                            });
}

}  // namespace sambung
