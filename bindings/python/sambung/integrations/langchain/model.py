"""ChatSambung: every model of a workspace as LangChain's chat model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.base import LangSmithParams
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import ToolCallChunk, tool_call_chunk
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_tool
from langchain_core.utils.pydantic import is_basemodel_subclass
from pydantic import BaseModel, ConfigDict, Field
from sambung.integrations.desks import async_desk, sync_desk, with_timeout
from sambung.integrations.langchain.messages import calls_in, content_of, reasoning_of, request_messages, usage_of

if TYPE_CHECKING:
    import sambung

# What LangChain says with more words than one.
CHOICES = {"any": "required", True: "required", False: "auto"}


class ChatSambung(BaseChatModel):
    """Calls go through the engine: its keys, retries, quotas and counts of usage, and nothing is stored.

    ::

        model = ChatSambung(desk=desk, model="openai/gpt-4o-mini", temperature=0)
        model.bind_tools([weather]).invoke("Is it warm in Ipoh?")
    """

    desk: Any
    """A workspace of either face; both kinds of calls work with it."""
    model: str
    """"provider/model" or an alias."""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: list[str] | None = None
    timeout: float | None = None
    """Seconds of a whole call, retries included."""
    model_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Further options of `desk.completions`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    @property
    def _llm_type(self) -> str:
        return "sambung"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, "temperature": self.temperature, "max_tokens": self.max_tokens}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        model = str(kwargs.get("model", self.model))
        known = LangSmithParams(
            ls_provider=model.partition("/")[0] or "sambung", ls_model_name=model, ls_model_type="chat"
        )
        if (temperature := kwargs.get("temperature", self.temperature)) is not None:
            known["ls_temperature"] = temperature
        if (max_tokens := kwargs.get("max_tokens", self.max_tokens)) is not None:
            known["ls_max_tokens"] = max_tokens
        if words := stop or self.stop:
            known["ls_stop"] = list(words)
        return known

    # Calls ------------------------------------------------------------------------------------------------------------

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        model, options = self._options(stop, kwargs)
        desk = sync_desk(with_timeout(self.desk, self.timeout))
        return _result(model, desk.completions.complete(model, request_messages(messages), **options))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        model, options = self._options(stop, kwargs)
        desk = async_desk(with_timeout(self.desk, self.timeout))
        return _result(model, await desk.completions.complete(model, request_messages(messages), **options))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        model, options = self._options(stop, kwargs)
        desk = sync_desk(with_timeout(self.desk, self.timeout))
        with desk.completions.stream(model, request_messages(messages), **options) as stream:
            for event in stream:
                chunk = _chunk(event, model)
                if chunk is None:
                    continue
                if run_manager:
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        model, options = self._options(stop, kwargs)
        desk = async_desk(with_timeout(self.desk, self.timeout))
        async with await desk.completions.stream(model, request_messages(messages), **options) as stream:
            async for event in stream:
                chunk = _chunk(event, model)
                if chunk is None:
                    continue
                if run_manager:
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk

    def _options(self, stop: list[str] | None, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The model and the options of one call: those of the call before those of the object."""
        options = dict(self.model_kwargs)
        for name in ("temperature", "top_p", "max_tokens", "seed"):
            if (value := getattr(self, name)) is not None:
                options[name] = value
        options |= {name: value for name, value in given.items() if value is not None and not name.startswith("ls_")}
        if words := stop if stop is not None else self.stop:
            options["stop"] = list(words)
        if "tool_choice" in options:
            options["choice"] = _choice(options.pop("tool_choice"))
        return str(options.pop("model", self.model)), options

    # Tools and forms --------------------------------------------------------------------------------------------------

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | bool | dict[str, Any] | None = None,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The model with functions that it may call.

        Args:
            tools: LangChain's tools, functions, classes, or OpenAI's dicts.
            tool_choice: "auto", "none", "any" (or True, "required"), or the name of a tool.
            strict: Whether a vendor that can holds arguments to their schema.
        """
        made = [convert_to_openai_tool(one, strict=strict) for one in tools]
        chosen = {} if tool_choice is None else {"choice": _choice(tool_choice)}
        return self.bind(tools=made, **chosen, **kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: Literal["function_calling", "json_schema", "json_mode"] = "function_calling",
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, dict[str, Any] | BaseModel]:
        """Answers in the form of a class or schema.

        Args:
            schema: A pydantic model, a TypedDict or a JSON Schema.
            include_raw: Give {"raw", "parsed", "parsing_error"}.
            method: By a call of a tool, which every model with tools can; by the vendor's own schemas; or as any JSON.
        """
        if method == "function_calling":
            return super().with_structured_output(schema, include_raw=include_raw, **kwargs)
        form: Any = "json_object"
        described = convert_to_json_schema(schema)
        if method == "json_schema":
            form = {"name": str(described.get("title") or "answer"), "schema": described}
        model = self.bind(
            format=form, ls_structured_output_format={"kwargs": {"method": method}, "schema": described}, **kwargs
        )
        parser: Any = (
            PydanticOutputParser(pydantic_object=schema)
            if isinstance(schema, type) and is_basemodel_subclass(schema)
            else JsonOutputParser()
        )
        made: Runnable[LanguageModelInput, Any] = model | parser
        if not include_raw:
            return made
        parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | parser, parsing_error=lambda _: None)
        failed = RunnablePassthrough.assign(parsed=lambda _: None)
        return RunnableMap(raw=model) | parsed.with_fallbacks([failed], exception_key="parsing_error")


def _choice(given: str | bool | dict[str, Any]) -> str:
    if isinstance(given, dict):
        function = given.get("function", given)
        return str(function["name"])
    return CHOICES.get(given, str(given))


def _result(model: str, said: sambung.Completion) -> ChatResult:
    good, bad = calls_in(said.parts)
    usage = usage_of(said.usage)
    message = AIMessage(
        content_of(said.parts),
        tool_calls=good,
        invalid_tool_calls=bad,
        usage_metadata=usage,
        additional_kwargs=reasoning_of(said.parts),
        response_metadata=_metadata(model, said.reason),
        id=said.id or None,
    )
    return ChatResult(
        generations=[ChatGeneration(message=message)],
        llm_output={"model_name": model, "token_usage": dict(usage) if usage else {}},
    )


def _metadata(model: str, reason: str) -> dict[str, Any]:
    return {"model_name": model, "model_provider": "sambung", "finish_reason": reason}


def _chunk(event: sambung.CompletionEvent, model: str) -> ChatGenerationChunk | None:
    """What a piece of an answer is to LangChain; None for what it has no word for."""
    import sambung

    match event:
        case sambung.TextDelta(text=text):
            return ChatGenerationChunk(message=AIMessageChunk(content=text))
        case sambung.ReasoningDelta(text=text) if text:
            return ChatGenerationChunk(
                message=AIMessageChunk(content="", additional_kwargs={"reasoning_content": text})
            )
        case sambung.ToolCallDelta():
            return ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[_call_chunk(event)]))
        case sambung.UsageReport(usage=usage):
            return ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage_of(usage)))
        case sambung.CompletionFinished(reason=reason):
            return ChatGenerationChunk(
                message=AIMessageChunk(content="", response_metadata=_metadata(model, reason), chunk_position="last")
            )
    return None


def _call_chunk(event: sambung.ToolCallDelta) -> ToolCallChunk:
    """Names and ids come with the first piece of a call alone."""
    return tool_call_chunk(name=event.name or None, args=event.arguments, id=event.id or None, index=event.index)
