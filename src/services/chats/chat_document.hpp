// What a chat is as a document. Pure: values in, text out, a form a writer.
#pragma once

#include <sambung/records/chat.hpp>
#include <sambung/records/message.hpp>
#include <sambung/services/chats/chat_export.hpp>

namespace sambung {

// Head, then each message, then the end: one behind the other they are the document.
class chat_writer {
 public:
  virtual ~chat_writer() = default;

  // `damaged`: how many messages are left out.
  virtual std::string head(chat const& of, std::size_t damaged) = 0;
  virtual std::string said(message const& one) = 0;
  virtual std::string end() = 0;
};

std::unique_ptr<chat_writer> chat_writer_for(export_format as);

}  // namespace sambung
