// Engines on a context that nobody runs, or that nobody runs any more: they, their context and what was got from them
// go in any order.
#pragma once

#include "support/desk.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <thread>

namespace sambung::tests {

inline engine_options scripted_options(std::shared_ptr<provider> model,
                                       executor_threads threads = executor_threads::many) {
  engine_options options;
  options.auth.password_cost = min_password_cost;
  options.providers.add("scripted", std::move(model));
  options.threads = threads;
  return options;
}

enum class home_of_engine { context, strand };

// A started engine on a context that nobody runs.
struct unrun_engine {
  explicit unrun_engine(executor_threads threads = executor_threads::many, toolbox tools = toolbox(),
                        home_of_engine where = home_of_engine::context) {
    boost::asio::any_io_executor executor = io->get_executor();
    if (where == home_of_engine::strand) executor = boost::asio::make_strand(executor);
    auto options = scripted_options(model, threads);
    options.tools = std::move(tools);
    made = std::make_unique<engine>(std::move(executor), std::move(options));
    sync_wait(made->start());
    auto const home = sync_wait(made->tenants().create("acme"));
    auto const ada = sync_wait(made->users().create(home.id, "ada@acme.example", member_role::owner));
    desk.emplace(made->workspace(principal::trusted(home.id, ada.id, member_role::owner)));
    at = sync_wait(desk->chats().create("Test", "scripted/model"));
  }

  // Does `what` while a thread runs the context.
  void while_run(std::function<void()> const& what) {
    std::thread runner([this] {
      auto const work = boost::asio::make_work_guard(*io);
      io->run();
    });
    what();
    io->stop();
    runner.join();
  }

  std::unique_ptr<boost::asio::io_context> io = std::make_unique<boost::asio::io_context>(1);
  std::shared_ptr<testing::scripted_provider> model = std::make_shared<testing::scripted_provider>();
  std::unique_ptr<engine> made;
  std::optional<workspace> desk;
  chat at;
};

// In the middle of an answer that nobody runs any more.
struct halted_engine : unrun_engine {
  explicit halted_engine(executor_threads threads) : unrun_engine(threads) {
    model->push(testing::answer_script().text("half").wait(never));
    while_run([this] {
      reader.emplace(sync_wait(desk->chats().send(at.id, "hi")));
      read_first_text(*reader);
    });
  }

  testing::gate never;
  std::optional<turn> reader;
};

}  // namespace sambung::tests
