// verb_table: every verb that Python has, with the shapes of what it takes and gives. The module binds them, the
// describer prints them: neither knows a type.
//
//   table.verb("chats_get", "chat", &chats::get);
//   table.verb("tenants_ensure", "id name", [](tenants const& on, tenant_id id, std::string name) {...});
//
// The class of a member, or the first parameter of a function, says whose verb it is.
#pragma once

#include "handle.hpp"
#include "own_shapes.hpp"
#include "shape_of.hpp"

#include <sambung/core/task.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace sambung::python {

// One call of a verb: its arguments, as they are read, and then the operation.
class prepared_call {
 public:
  virtual ~prepared_call() = default;
  virtual void* argument(std::size_t number) = 0;
  // Moves the arguments. Throws what the verb throws at once.
  virtual task<erased> run(handle const& on) = 0;
};

struct verb {
  virtual ~verb() = default;
  virtual std::unique_ptr<prepared_call> prepare() const = 0;

  std::string name;
  target on = target::workspace;
  std::vector<std::string> parameters;
  std::vector<shape const*> takes;
  shape const* gives = nullptr;
};

// How a verb's owner is reached from a handle: `static constexpr target on` and `static decltype(auto) of(handle
// const&)`.
template <class Owner>
struct reached;

namespace detail {

// What Python is given of a result.
template <class T>
T shown(handle const&, T value) {
  return value;
}
inline handle_of<target::turn> shown(handle const& in, turn value) {
  return {in.engine, std::make_shared<turn_reader>(std::move(value), std::static_pointer_cast<workspace>(in.value))};
}
inline handle_of<target::workspace> shown(handle const& in, workspace value) {
  return {in.engine, std::make_shared<workspace>(std::move(value))};
}
inline handle_of<target::account> shown(handle const& in, account value) {
  return {in.engine, std::make_shared<account>(std::move(value))};
}
inline handle_of<target::completion_stream> shown(handle const& in, std::unique_ptr<completion_stream> value) {
  return {in.engine, std::make_shared<stream_reader>(std::move(value))};
}
inline identity_view shown(handle const&, identity value) { return view_of(value); }
inline found_page shown(handle const&, search_page value) {
  auto const partial = value.partial;
  auto const since = value.indexed_since;
  return {std::move(value), partial, since};
}

template <class T>
using shown_type = decltype(shown(std::declval<handle const&>(), std::declval<T>()));

template <class T>
task<erased> deliver(handle in, task<T> operation) {
  auto value = co_await std::move(operation);
  co_return erase_type(shown(in, std::move(value)));
}
inline task<erased> deliver(handle, task<void> operation) {
  co_await std::move(operation);
  co_return nothing();
}
template <class T>
task<erased> deliver(handle in, T value) {
  co_return erase_type(shown(in, std::move(value)));
}

template <class R>
struct result_of {
  using type = R;
};
template <class T>
struct result_of<task<T>> {
  using type = T;
};

template <class R>
shape const* shape_of_result() {
  using type = typename result_of<R>::type;
  if constexpr (std::is_void_v<type>) return nothing().type;
  else return &shape_of<shown_type<type>>();
}

template <class Owner, class F, class R, class... A>
class bound_verb : public verb {
 public:
  explicit bound_verb(F f) : f_(std::move(f)) {
    on = reached<Owner>::on;
    takes = {&shape_of<A>()...};
    gives = shape_of_result<R>();
  }

  std::unique_ptr<prepared_call> prepare() const override { return std::make_unique<frame>(f_); }

 private:
  class frame : public prepared_call {
   public:
    explicit frame(F const& f) : f_(f) {}
    void* argument(std::size_t number) override {
      void* found = nullptr;
      std::size_t at = 0;
      std::apply([&](A&... values) { ((at++ == number ? found = &values : found), ...); }, values_);
      return found;
    }
    task<erased> run(handle const& on) override {
      return std::apply(
          [&](A&... values) {
            auto&& owner = reached<Owner>::of(on);
            return deliver(on, std::invoke(f_, owner, std::move(values)...));
          },
          values_);
    }

   private:
    F const& f_;
    std::tuple<A...> values_;
  };

  F f_;
};

template <class F>
struct signature : signature<decltype(&F::operator())> {};
template <class F, class R, class Owner, class... A>
struct signature<R (F::*)(Owner, A...) const> {
  template <class G>
  using bound = bound_verb<std::remove_cvref_t<Owner>, G, R, std::remove_cvref_t<A>...>;
};

}  // namespace detail

class verb_table {
 public:
  // `parameters` are names with blanks between them.
  template <class Owner, class R, class... A>
  void verb(std::string name, std::string_view parameters, R (Owner::*f)(A...) const) {
    add(std::make_unique<detail::bound_verb<Owner, R (Owner::*)(A...) const, R, std::remove_cvref_t<A>...>>(f),
        std::move(name), parameters);
  }
  template <class F>
    requires std::is_class_v<F>
  void verb(std::string name, std::string_view parameters, F f) {
    add(std::make_unique<typename detail::signature<F>::template bound<F>>(std::move(f)), std::move(name), parameters);
  }

  std::vector<std::unique_ptr<python::verb>> const& all() const { return verbs_; }

 private:
  void add(std::unique_ptr<python::verb> one, std::string name, std::string_view parameters);

  std::vector<std::unique_ptr<python::verb>> verbs_;
};

// One for each file of verbs.
void add_engine_verbs(verb_table& to);
void add_chat_verbs(verb_table& to);
void add_turn_verbs(verb_table& to);
void add_desk_verbs(verb_table& to);
void add_event_verbs(verb_table& to);
void add_template_verbs(verb_table& to);
void add_account_verbs(verb_table& to);
void add_row_verbs(verb_table& to);
void add_server_verbs(verb_table& to);

// All of them, made once.
verb_table const& verbs();

template <>
struct reached<engine> {
  static constexpr auto on = target::engine;
  static engine& of(handle const& h) { return *h.engine->served(); }
};
template <>
struct reached<engine_ptr> {
  static constexpr auto on = target::engine;
  static engine_ptr of(handle const& h) { return h.engine; }
};
template <>
struct reached<workspace> {
  static constexpr auto on = target::workspace;
  static workspace& of(handle const& h) { return h.as<workspace>(); }
};
template <>
struct reached<account> {
  static constexpr auto on = target::account;
  static account& of(handle const& h) { return h.as<account>(); }
};
template <>
struct reached<std::shared_ptr<turn_reader>> {
  static constexpr auto on = target::turn;
  static std::shared_ptr<turn_reader> of(handle const& h) { return std::static_pointer_cast<turn_reader>(h.value); }
};
template <>
struct reached<std::shared_ptr<stream_reader>> {
  static constexpr auto on = target::completion_stream;
  static std::shared_ptr<stream_reader> of(handle const& h) { return std::static_pointer_cast<stream_reader>(h.value); }
};

}  // namespace sambung::python
