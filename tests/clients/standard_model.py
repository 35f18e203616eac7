"""A model that answers what LangChain's standard tests ask, behind OpenAI's, Anthropic's and Ollama's protocol. Prints its port.

It knows nothing: it calls the tool that it must call or that the question is about, fills in what a schema asks for, and says hello
otherwise. What it is asked in a form that the vendor would refuse, it refuses as well."""

import dataclasses
import http.server
import json
import re

HELLO = "Hello! How are you today?"
PIECE = 5  # characters of a streamed piece


class Refused(Exception):
    pass


@dataclasses.dataclass
class Question:
    text: str  # of the last message
    is_result: bool = False  # of a tool
    tools: dict = dataclasses.field(default_factory=dict)  # the schema of each by its name
    demand: str | None = None  # "any", "none" or the tool's name
    schema: dict | None = None  # of the answer
    stop: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Answer:
    text: str = ""
    tool: str | None = None
    arguments: dict = dataclasses.field(default_factory=dict)


def value_for(name: str, schema: dict, text: str):
    kinds = [schema, *schema.get("anyOf", [])]
    if any(kind.get("type") in ("integer", "number") for kind in kinds):
        found = re.search(r"\d+", text)
        return int(found.group()) if found else 1
    quoted = re.search(r"'([^']+)'", text)
    return quoted.group(1) if quoted and name.endswith("name") else f"a {name} for: {text}"


def filled(schema: dict, text: str) -> dict:
    return {name: value_for(name, one, text) for name, one in schema.get("properties", {}).items()}


def is_about(tool: str, text: str) -> bool:
    said = re.findall(r"\w+", text.lower())
    return tool in text or any(word in said for word in tool.lower().split("_") if word != "get")


def tool_for(question: Question) -> str | None:
    named = [tool for tool in question.tools if is_about(tool, question.text)]
    longest = max(named, key=len, default=None)
    if question.demand == "any":
        return longest or next(iter(question.tools))
    return question.demand or longest


def answer_to(question: Question) -> Answer:
    if question.demand not in (None, "any", "none") and question.demand not in question.tools:
        raise Refused(f"there is no tool {question.demand}")
    wanted = None if question.demand == "none" or (question.is_result and not question.demand) else tool_for(question)
    if question.tools and wanted:
        return Answer(tool=wanted, arguments=filled(question.tools[wanted], question.text))
    text = HELLO if question.schema is None else json.dumps(filled(question.schema, question.text), ensure_ascii=False)
    for stop in question.stop:
        text = text.split(stop)[0]
    return Answer(text=text)


def pieces(text: str) -> list:
    return [text[i : i + PIECE] for i in range(0, len(text), PIECE)]


def text_of(content) -> str:
    if isinstance(content, str) or content is None:
        return content or ""
    return " ".join(part.get("text", "") for part in content)


JOKE = {"properties": {"setup": {}, "punchline": {}}}  # of the one JSON that is asked for without a schema


class OpenAI:
    def __init__(self, body: dict) -> None:
        self.body = body

    def question(self) -> Question:
        last = self.body["messages"][-1]
        tools = {tool["function"]["name"]: tool["function"].get("parameters", {}) for tool in self.body.get("tools", [])}
        choice = self.body.get("tool_choice", "auto")
        demand = choice["function"]["name"] if isinstance(choice, dict) else {"auto": None, "required": "any"}.get(choice, choice)
        format = self.body.get("response_format", {"type": "text"})
        schemas = {"text": None, "json_object": JOKE, "json_schema": format.get("json_schema", {}).get("schema")}
        stop = self.body.get("stop") or []
        return Question(text_of(last["content"]), last["role"] == "tool", tools, demand, schemas[format["type"]],
                        [stop] if isinstance(stop, str) else stop)

    def choice(self, member: str, said: dict, reason) -> dict:
        return {"index": 0, member: said, "logprobs": None, "finish_reason": reason}

    def call(self, answer: Answer, arguments: str) -> dict:
        return {"id": "call_1", "type": "function", "function": {"name": answer.tool, "arguments": arguments}}

    def head(self, kind: str) -> dict:
        return {"id": "chatcmpl-1", "object": kind, "created": 1_700_000_000, "model": self.body["model"]}

    usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}

    def whole(self, answer: Answer) -> dict:
        said = {"role": "assistant", "content": answer.text or None, "refusal": None}
        if answer.tool:
            said["tool_calls"] = [self.call(answer, json.dumps(answer.arguments, ensure_ascii=False))]
        reason = "tool_calls" if answer.tool else "stop"
        return {**self.head("chat.completion"), "choices": [self.choice("message", said, reason)], "usage": self.usage}

    def stream(self, answer: Answer):
        deltas = [{"role": "assistant", "content": "" if not answer.tool else None}, *({"content": one} for one in pieces(answer.text))]
        if answer.tool:
            deltas.append({"tool_calls": [{"index": 0, **self.call(answer, "")}]})
            for one in pieces(json.dumps(answer.arguments, ensure_ascii=False)):
                deltas.append({"tool_calls": [{"index": 0, "function": {"arguments": one}}]})
        choices = [self.choice("delta", delta, None) for delta in deltas]
        choices.append(self.choice("delta", {}, "tool_calls" if answer.tool else "stop"))
        for choice in choices:
            yield self.event({"choices": [choice]})
        if self.body.get("stream_options", {}).get("include_usage"):
            yield self.event({"choices": [], "usage": self.usage})
        yield "data: [DONE]\n\n"

    def event(self, members: dict) -> str:
        return f"data: {json.dumps({**self.head('chat.completion.chunk'), **members}, ensure_ascii=False)}\n\n"

    stream_type = "text/event-stream"

    @staticmethod
    def refusal(why: str) -> dict:
        return {"error": {"message": why, "type": "invalid_request_error", "param": None, "code": None}}


class Anthropic:
    def __init__(self, body: dict) -> None:
        self.body = body
        if "max_tokens" not in body:
            raise Refused("max_tokens: Field required")
        if any(message["role"] == "system" for message in body["messages"]):
            raise Refused("messages: there is no role system")

    def question(self) -> Question:
        content = self.body["messages"][-1]["content"]
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        tools = {tool["name"]: tool["input_schema"] for tool in self.body.get("tools", [])}
        choice = self.body.get("tool_choice", {"type": "auto"})
        demand = {"auto": None, "tool": choice.get("name")}.get(choice["type"], choice["type"])
        schema = self.body.get("output_config", {}).get("format", {}).get("schema")
        is_result = any(part["type"] == "tool_result" for part in parts)
        return Question(text_of(parts), is_result, tools, demand, schema, self.body.get("stop_sequences", []))

    def content(self, answer: Answer, arguments: dict) -> dict:
        if answer.tool:
            return {"type": "tool_use", "id": "toolu_1", "name": answer.tool, "input": arguments}
        return {"type": "text", "text": answer.text}

    def message(self, content: list, reason, output: int) -> dict:
        usage = {"input_tokens": 7, "output_tokens": output}
        return {"id": "msg_1", "type": "message", "role": "assistant", "model": self.body["model"], "content": content,
                "stop_reason": reason, "stop_sequence": None, "usage": usage}

    def whole(self, answer: Answer) -> dict:
        return self.message([self.content(answer, answer.arguments)], "tool_use" if answer.tool else "end_turn", 5)

    def stream(self, answer: Answer):
        deltas = [{"type": "text_delta", "text": one} for one in pieces(answer.text)]
        if answer.tool:
            text = json.dumps(answer.arguments, ensure_ascii=False)
            deltas = [{"type": "input_json_delta", "partial_json": one} for one in pieces(text)]
        yield self.event("message_start", message=self.message([], None, 1))
        yield self.event("content_block_start", index=0, content_block=self.content(dataclasses.replace(answer, text=""), {}))
        for delta in deltas:
            yield self.event("content_block_delta", index=0, delta=delta)
        yield self.event("content_block_stop", index=0)
        end = {"stop_reason": "tool_use" if answer.tool else "end_turn", "stop_sequence": None}
        yield self.event("message_delta", delta=end, usage={"output_tokens": 5})
        yield self.event("message_stop")

    def event(self, kind: str, **members) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **members}, ensure_ascii=False)}\n\n"

    stream_type = "text/event-stream"

    @staticmethod
    def refusal(why: str) -> dict:
        return {"type": "error", "error": {"type": "invalid_request_error", "message": why}}


class Ollama:
    def __init__(self, body: dict) -> None:
        self.body = body

    # Ollama has no tool_choice: it calls what the question is about.
    def question(self) -> Question:
        last = self.body["messages"][-1]
        tools = {tool["function"]["name"]: tool["function"].get("parameters", {}) for tool in self.body.get("tools") or []}
        format = self.body.get("format")
        schema = JOKE if format == "json" else format or None
        stop = (self.body.get("options") or {}).get("stop") or []
        return Question(text_of(last["content"]), last["role"] == "tool", tools, None, schema, stop)

    def line(self, message: dict, **more) -> dict:
        return {"model": self.body["model"], "created_at": "2026-11-20T05:01:45Z", "message": {"role": "assistant", **message},
                "done": False, **more}

    end = {"done": True, "done_reason": "stop", "total_duration": 5, "prompt_eval_count": 7, "eval_count": 5}

    def call(self, answer: Answer) -> dict:
        return {"content": "", "tool_calls": [{"function": {"name": answer.tool, "arguments": answer.arguments}}]}

    def whole(self, answer: Answer) -> dict:
        return self.line(self.call(answer) if answer.tool else {"content": answer.text}, **self.end)

    def stream(self, answer: Answer):
        said = [self.call(answer)] if answer.tool else [{"content": one} for one in pieces(answer.text)]
        for message in said:
            yield json.dumps(self.line(message), ensure_ascii=False) + "\n"
        yield json.dumps(self.line({"content": ""}, **self.end)) + "\n"

    stream_type = "application/x-ndjson"

    @staticmethod
    def refusal(why: str) -> dict:
        return {"error": why}


PROTOCOLS = {"/v1/chat/completions": OpenAI, "/v1/messages": Anthropic, "/api/chat": Ollama}
LISTS = {"/v1/models": {"object": "list", "data": [], "has_more": False}, "/api/tags": {"models": []}}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.say(200, LISTS.get(self.path.split("?")[0], {}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        protocol = PROTOCOLS[self.path.split("?")[0]]
        try:
            asked = protocol(body)
            answer = answer_to(asked.question())
        except Refused as why:
            return self.say(400, protocol.refusal(str(why)))
        if not body.get("stream", protocol is Ollama):
            return self.say(200, asked.whole(answer))
        self.send_response(200)
        self.send_header("content-type", protocol.stream_type)
        self.send_header("connection", "close")
        self.end_headers()
        for piece in asked.stream(answer):
            self.wfile.write(piece.encode())
            self.wfile.flush()
        self.close_connection = True

    def say(self, status: int, what: dict) -> None:
        text = json.dumps(what, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_) -> None:
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
