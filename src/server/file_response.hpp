// The answer to whoever asks for a file.
#pragma once

#include "http/server/http_message.hpp"
#include "http/server/request_head.hpp"
#include "server/file_shelf.hpp"

namespace sambung::serving {

// In the form that the client likes most, or 304 when it has that already. Always whole: a range is not looked at (RFC
// 9110, 14.2). Its bytes are the file's own. `security`: lines that outlive the answer.
http_response file_response(std::shared_ptr<shelved_file const> file, request_head const& head,
                            std::string_view security);

}  // namespace sambung::serving
