#include <sambung/rpc/procedures/searches.hpp>

namespace sambung {
namespace {

task<search_query_output> query_everything(workspace desk, search_query_input in) {
  auto const everything = desk.search();
  search_request what = in;
  auto which = to_page_request(std::move(in));
  auto found = co_await everything.query(std::move(what), std::move(which));
  search_query_output out;
  out.items = std::move(found.items);
  out.next_cursor = std::move(found.next_cursor);
  out.damaged = static_cast<std::int64_t>(found.damaged);
  out.partial = found.partial;
  out.indexed_since = found.indexed_since;
  co_return out;
}

}  // namespace

void search_procedures(procedure_registry& registry) {
  registry.call<search_query_input, search_query_output>("search.query", {permission::chat_read, request_class::read},
                                                         "Finds what the caller has by the words in it.",
                                                         query_everything);
}

}  // namespace sambung
