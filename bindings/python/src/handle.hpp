// handle: what Python has of an engine and of what an engine gives.
#pragma once

#include "running_engine.hpp"
#include "shape.hpp"

#include <sambung/engine/engine.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace sambung::python {

enum class target { engine, workspace, account, turn, completion_stream, server };

std::string_view name_of(target which);  // "Engine"

struct handle {
  handle(target kind_, engine_ptr engine_, std::shared_ptr<void> value_)
      : kind(kind_), engine(std::move(engine_)), value(std::move(value_)) {}
  handle(handle const&) = default;
  handle(handle&&) noexcept = default;
  handle& operator=(handle&&) noexcept = default;
  ~handle();  // leaves alone what another process made

  template <class T>
  T& as() const {
    return *static_cast<T*>(value.get());
  }

  target kind;
  engine_ptr engine;
  std::shared_ptr<void> value;  // none of an engine's own
};

template <target K>
struct handle_of : handle {
  handle_of(engine_ptr engine_, std::shared_ptr<void> value_) : handle(K, std::move(engine_), std::move(value_)) {}
};

template <target K>
struct own_shape<handle_of<K>> {
  static shape make() {
    shape s;
    s.what = kind::handle;
    s.name = name_of(K);
    return s;
  }
};

// A turn that is read. What a wait has brought stays here until Python takes it: a wait that nobody sees the end of,
// for a signal or a time limit, loses nothing.
struct turn_reader {
  turn_reader(turn from, std::shared_ptr<workspace> desk_) : read(std::move(from)), desk(std::move(desk_)) {}

  turn read;
  std::shared_ptr<workspace> desk;  // whose turn it is: to stop it
  std::mutex mutex;                 // of what follows
  std::optional<std::pair<turn_event, std::int64_t>> waiting;
  std::vector<std::int64_t> numbers;  // of the events that were given last
};

// As turn_reader.
struct stream_reader {
  explicit stream_reader(std::unique_ptr<completion_stream> from) : read(std::move(from)) {}

  std::unique_ptr<completion_stream> read;
  std::mutex mutex;  // of what follows
  std::optional<completion_event> waiting;
  bool ended = false;
};

}  // namespace sambung::python
