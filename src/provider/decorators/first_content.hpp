// The first-chunk gate: a stream is not an answer before its first content.
#pragma once

#include <sambung/provider/provider.hpp>

#include <deque>
#include <memory>

namespace sambung {

// Opens a stream and waits for its first text, reasoning, tool call or end, so that a failure until then is one of the
// call. Nothing is lost: the stream gives what was awaited.
task<result<std::unique_ptr<completion_stream>>> stream_with_content(provider& from, completion_request request);

// Waits for the first content of a stream that is open; `held` gets all that came until then.
task<result<void>> until_content(completion_stream& from, std::deque<completion_event>& held);

// The other ways to ask.
inline task<result<std::unique_ptr<completion_stream>>> open_stream(provider& from, completion_request request) {
  return from.stream(std::move(request));
}
inline task<result<completion>> whole_answer(provider& from, completion_request request) {
  return from.complete(std::move(request));
}
inline task<result<embedding_batch>> embeddings(provider& from, embedding_request request) {
  return from.embed(std::move(request));
}

template <class T, class Request = completion_request>
using way_to_ask = task<result<T>> (*)(provider& from, Request request);

}  // namespace sambung
