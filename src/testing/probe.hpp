// Records that put every column type, index and limit of storage to the test.
#pragma once

#include <sambung/storage/collection.hpp>

#include <boost/json/object.hpp>

namespace sambung::testing {

using probe_id = typed_id<struct probe_tag>;

enum class probe_color { red, green, blue };
BOOST_DESCRIBE_ENUM(probe_color, red, green, blue)

// A tenant's record with every type of column.
struct probe {
  probe_id id;
  user_id owner_id;
  std::string name;
  std::optional<std::string> label;
  bool active = false;
  std::int64_t rank = 0;
  double weight = 0;
  timestamp made_at{};
  std::optional<timestamp> due_at;
  probe_color color = probe_color::red;
  std::vector<std::string> tags;
  std::optional<boost::json::object> extra;
  std::string body;
  std::int64_t revision = 0;

  friend bool operator==(probe const&, probe const&) = default;
};
BOOST_DESCRIBE_STRUCT(probe, (),
                      (id, owner_id, name, label, active, rank, weight, made_at, due_at, color, tags, extra, body,
                       revision))

inline auto describe_record(record_of<probe>) {
  return record<probe>("probes")
      .text(&probe::name, 0, 200)
      .text(&probe::body, 0, 100'000)
      .unique(&probe::label)
      .unique(&probe::owner_id, &probe::rank)
      .index(&probe::name)
      .index(&probe::active, &probe::made_at)
      .index(&probe::weight)
      .index(&probe::due_at)
      .searchable(&probe::name, &probe::body)
      .owned_by(&probe::owner_id);
}

// A tenant's counters, by a text key.
struct probe_counter {
  std::string name;
  std::int64_t hits = 0;
  std::int64_t tokens = 0;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(probe_counter, (), (name, hits, tokens, note))

inline auto describe_record(record_of<probe_counter>) { return record<probe_counter>("probe_counters"); }

// The system's record, by an integer key.
struct probe_setting {
  std::int64_t number = 0;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(probe_setting, (), (number, value))

inline auto describe_record(record_of<probe_setting>) {
  return record<probe_setting>("probe_settings")
      .system()
      .unique(&probe_setting::value)
      .searchable(&probe_setting::value);
}

inline schema_ref probe_schema() {
  return std::make_shared<schema const>(
      std::vector<module_schema>{module_schema("probes").table<probe>().table<probe_counter>().table<probe_setting>()});
}

// A uuid that is ordered as its number.
inline uuid numbered(std::uint64_t number) {
  uuid id;
  for (std::size_t i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

}  // namespace sambung::testing
