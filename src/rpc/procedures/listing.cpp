#include <sambung/rpc/procedures/listing.hpp>

namespace sambung {

record_description describe_record(record_of<list_input>) {
  return record<list_input>()
      .range(&list_input::limit, 1, max_page_size)
      .text(&list_input::cursor, 1, 1'000)
      .optional(&list_input::limit);
}

page_request to_page_request(list_input in) {
  return page_request(static_cast<std::size_t>(in.limit), std::move(in.cursor));
}

}  // namespace sambung
