"""LangChain's standard tests of chat models: straight to a model server by the vendor's own package, and through /v1 of a running
server by OpenAI's. What passes straight passes through. Left out, both ways: what would be fetched from elsewhere (pictures, sound, PDF),
JSON without a schema of Anthropic's, calls that Ollama must make. SAMBUNG_URL, SAMBUNG_TOKEN, SAMBUNG_MODEL: the model server's address."""

import os

from langchain_anthropic import ChatAnthropic
from langchain_ollama import ChatOllama
from langchain_openai import ChatOpenAI
from langchain_tests.integration_tests import ChatModelIntegrationTests

MODEL = os.environ.get("SAMBUNG_MODEL", "")
SAMBUNG = os.environ.get("SAMBUNG_URL", "")


class Standard(ChatModelIntegrationTests):
    model_name: str
    other_model: str
    json_mode = True

    @property
    def supports_json_mode(self) -> bool:
        return self.json_mode

    @property
    def model_override_value(self) -> str:
        return self.other_model


class OpenAIForm(Standard):
    base_url: str
    key = "of-tests"

    @property
    def chat_model_class(self) -> type[ChatOpenAI]:
        return ChatOpenAI

    @property
    def chat_model_params(self) -> dict:
        return {"base_url": self.base_url, "api_key": self.key, "model": self.model_name, "stream_usage": True, "max_retries": 0}


class TestOpenAIStraight(OpenAIForm):
    base_url = f"{MODEL}/v1"
    model_name = "gpt-4o"
    other_model = "gpt-4o-mini"


class TestVllmStraight(OpenAIForm):
    base_url = f"{MODEL}/v1"
    model_name = "qwen3"
    other_model = "qwen3-small"


class TestAnthropicStraight(Standard):
    model_name = "claude-sonnet-4-5"
    other_model = "claude-haiku-4-5"
    json_mode = False  # Anthropic makes JSON only by a schema

    @property
    def chat_model_class(self) -> type[ChatAnthropic]:
        return ChatAnthropic

    @property
    def chat_model_params(self) -> dict:
        return {"base_url": MODEL, "api_key": "of-tests", "model": self.model_name, "max_retries": 0}


class TestOllamaStraight(Standard):
    model_name = "llama3.1:8b"
    other_model = "llama3.1:70b"
    has_tool_choice = False  # Ollama calls what it likes to

    @property
    def chat_model_class(self) -> type[ChatOllama]:
        return ChatOllama

    @property
    def chat_model_params(self) -> dict:
        return {"base_url": MODEL, "model": self.model_name}


class Through(OpenAIForm):
    base_url = f"{SAMBUNG}/v1"
    key = os.environ.get("SAMBUNG_TOKEN", "")


class TestOpenAIThrough(Through):
    model_name = "openai/gpt-4o"
    other_model = "openai/gpt-4o-mini"


class TestVllmThrough(Through):
    model_name = "vllm/qwen3"
    other_model = "vllm/qwen3-small"


class TestAnthropicThrough(Through):
    model_name = "anthropic/claude-sonnet-4-5"
    other_model = "anthropic/claude-haiku-4-5"
    json_mode = False


class TestOllamaThrough(Through):
    model_name = "ollama/llama3.1:8b"
    other_model = "ollama/llama3.1:70b"
    has_tool_choice = False
