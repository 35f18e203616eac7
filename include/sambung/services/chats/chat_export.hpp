// chat_export: a chat as a document that people or programs read, piece by piece. Made by chats::export_chat().
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

enum class export_format {
  markdown,  // for people: texts, what was thought, called and attached, without vendors' additions
  json       // everything: {"format", "version", "damaged", "chat", "messages"}, both as procedures give them
};
SAMBUNG_DESCRIBE_ENUM(export_format, markdown, json)

inline constexpr std::string_view chat_document_format = "sambung.chat";
inline constexpr int chat_document_version = 1;

// The pieces, one behind the other, are the document: UTF-8, the oldest message first. Each is a whole number of
// messages: as many as have some hundred KiB of content, at least one. What is in memory is one piece, however long the
// chat is. Thread safety: one next() at a time. Lifetime: as turn: it needs neither what made it nor the engine.
class SAMBUNG_API chat_export {
 public:
  class source;
  // Reads nothing: only to be assigned to. next() of it, or of one that was moved from, throws
  // error(errc::invalid_argument).
  chat_export() noexcept;
  explicit chat_export(std::shared_ptr<source> from);
  chat_export(chat_export&&) noexcept;
  chat_export& operator=(chat_export&&) noexcept;
  ~chat_export();

  // The next piece; empty behind the last. Throws error(errc::not_found) when the chat was removed meanwhile,
  // error(errc::unavailable) for storage: ask again for the same piece.
  task<std::optional<std::string>> next();

  // Messages that cannot be read and are left out; the document says how many, too.
  std::size_t damaged() const;

 private:
  std::shared_ptr<source> const& demanded() const;

  std::shared_ptr<source> from_;
};

}  // namespace sambung
