// json_reader: reads JSON strictly and reports every fault of an input with its path.
#pragma once

#include <sambung/core/binary.hpp>
#include <sambung/core/description.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>
#include <sambung/core/time.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// Why `text` may not be stored or shown: not UTF-8, a NUL, or outside the field's limits. Empty when it may.
SAMBUNG_API std::optional<std::string> text_fault(std::string_view text, field const& limits);

// The same of bytes.
SAMBUNG_API std::optional<std::string> bytes_fault(binary const& bytes, field const& limits);

// Collects the issues of one input together with the path to each.
class SAMBUNG_API json_reader {
 public:
  // An issue at the present path. Past 100 issues the rest is only counted.
  void fault(std::string message);
  // The same for a name that is none of these: "must be once, chat or deny".
  void unknown_name(std::span<char const* const> known);

  bool failed() const { return !issues_.empty(); }
  failure why() const;

  // Runs `f` one step deeper in the path.
  template <class F>
  void inside(std::string_view key, F&& f) {
    auto const size = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += key;
    f();
    path_.resize(size);
  }
  template <class F>
  void inside(std::size_t position, F&& f) {
    auto const size = path_.size();
    path_ += '[' + std::to_string(position) + ']';
    f();
    path_.resize(size);
  }

  // The object that `in` must be; a fault and null otherwise.
  boost::json::object const* object(boost::json::value const& in);
  void read(boost::json::value const& in, bool& out);
  void read(boost::json::value const& in, std::int64_t& out, field const& limits);
  void read(boost::json::value const& in, double& out);
  void read(boost::json::value const& in, std::string& out, field const& limits);
  void read(boost::json::value const& in, binary& out, field const& limits);
  void read(boost::json::value const& in, timestamp& out);
  void read(boost::json::value const& in, uuid& out);

  // The same faults for values that are no JSON: false when there was one.
  bool check(std::int64_t in, field const& limits);
  bool check(double in);
  bool check(std::string_view in, field const& limits);
  bool check(binary const& in, field const& limits);
  bool check(timestamp in);
  // Checks every text inside an opaque value.
  void check_opaque(boost::json::value const& in, field const& limits);

 private:
  bool refuse(std::string message);

  std::string path_;
  std::vector<issue> issues_;
};

}  // namespace sambung
