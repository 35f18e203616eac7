#include <sambung/records/part.hpp>

#include <boost/json/serialize.hpp>

namespace sambung {

namespace {

// Whatever a vendor says within one answer can be read back.
template <class Part>
record<Part> described_part() {
  record<Part> made;
  for (auto& f : made.fields) f.max_bytes = max_part_bytes;
  return made;
}

std::size_t bytes_of(std::string const& text) { return text.size(); }
std::size_t bytes_of(bool) { return 0; }
std::size_t bytes_of(std::optional<boost::json::object> const& data) {
  return data ? boost::json::serialize(*data).size() : 0;
}

}  // namespace

std::size_t content_bytes(part const& one) {
  std::size_t bytes = 0;
  auto const add = [&]<class Part>(Part const& of) {
    detail::for_each_member<Part>([&](auto member, std::size_t) { bytes += bytes_of(of.*member.pointer); });
  };
  std::visit(add, one);
  return bytes;
}

std::size_t content_bytes(std::vector<part> const& parts) {
  std::size_t bytes = 0;
  for (auto const& one : parts) bytes += content_bytes(one);
  return bytes;
}

record_description describe_record(record_of<text_part>) { return described_part<text_part>(); }

record_description describe_record(record_of<reasoning_part>) { return described_part<reasoning_part>(); }

record_description describe_record(record_of<tool_call_part>) { return described_part<tool_call_part>(); }

record_description describe_record(record_of<tool_result_part>) {
  return described_part<tool_result_part>().optional(&tool_result_part::is_error);
}

record_description describe_record(record_of<image_part>) {
  return described_part<image_part>().text(&image_part::url, 1, max_part_bytes);
}

record_description describe_record(record_of<file_part>) {
  return described_part<file_part>().text(&file_part::url, 1, max_part_bytes);
}

record_description describe_record(record_of<error_part>) { return described_part<error_part>(); }

// What was stored by earlier versions has not all of these.
record_description describe_record(record_of<token_counts>) {
  record<token_counts> made;
  for_each_integer<token_counts>([&](auto count) { made.optional(count); });
  return made;
}

record_description describe_record(record_of<token_usage>) {
  return record<token_usage>().optional(&token_usage::estimated).optional(&token_usage::replayed);
}

}  // namespace sambung
