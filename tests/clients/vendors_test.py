"""Model vendors that none of us wrote: the openai package, a running server, and behind it aimock, which speaks OpenAI's,
Anthropic's and Ollama's protocol as vendors.json says. SAMBUNG_URL, SAMBUNG_TOKEN."""

import json
import os
import unittest

import openai

MODELS = ["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "ollama/llama3.1:8b"]
ANSWER = "Khabar baik. Selamat datang ke Kuching."
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}
    for name in ("get_weather", "get_time")
]


def ask(text: str) -> list:
    return [{"role": "user", "content": text}]


class Vendors(unittest.TestCase):
    def setUp(self) -> None:
        self.client = openai.OpenAI(
            base_url=f"{os.environ['SAMBUNG_URL']}/v1", api_key=os.environ["SAMBUNG_TOKEN"], max_retries=0
        )
        self.addCleanup(self.client.close)

    def chunks(self, model: str, text: str, **more) -> list:
        return list(self.client.chat.completions.create(model=model, messages=ask(text), stream=True, **more))

    def test_answer_at_once(self) -> None:
        for model in MODELS:
            with self.subTest(model):
                answer = self.client.chat.completions.create(model=model, messages=ask("Apa khabar?"))

                self.assertEqual(answer.choices[0].message.content, ANSWER)
                self.assertEqual(answer.choices[0].finish_reason, "stop")

    def test_stream(self) -> None:
        for model in MODELS:
            with self.subTest(model):
                chunks = self.chunks(model, "Apa khabar?")

                self.assertEqual("".join(chunk.choices[0].delta.content or "" for chunk in chunks), ANSWER)
                self.assertEqual(chunks[-1].choices[0].finish_reason, "stop")

    def test_count_tokens(self) -> None:
        chunks = self.chunks(MODELS[0], "Apa khabar?", stream_options={"include_usage": True})

        self.assertGreater(chunks[-1].usage.total_tokens, 0)

    def test_call_tools(self) -> None:
        for model in MODELS:
            with self.subTest(model):
                answer = self.client.chat.completions.create(model=model, messages=ask("The weather?"), tools=TOOLS)
                with self.client.chat.completions.stream(model=model, messages=ask("The weather?"), tools=TOOLS) as stream:
                    streamed = stream.get_final_completion()

                for choice in (answer.choices[0], streamed.choices[0]):
                    self.assertEqual(choice.finish_reason, "tool_calls")
                    called = {call.function.name: json.loads(call.function.arguments) for call in choice.message.tool_calls}
                    self.assertEqual(called, {"get_weather": {"city": "Kuching"}, "get_time": {"city": "Kuching"}})

    def test_think(self) -> None:
        message = self.client.chat.completions.create(model=MODELS[1], messages=ask("think")).choices[0].message

        self.assertEqual(message.content, "42")
        self.assertEqual(message.reasoning_content, "Six times seven.")

    def test_refuse(self) -> None:
        for model in MODELS:
            with self.subTest(model):
                with self.assertRaises(openai.RateLimitError) as refused:
                    self.client.chat.completions.create(model=model, messages=ask("busy"))
                with self.assertRaises(openai.RateLimitError):
                    self.chunks(model, "busy")

                self.assertIn("Too many requests", refused.exception.message)

    def test_list_models(self) -> None:
        owners = {model.id.split("/")[0] for model in self.client.models.list()}

        self.assertLessEqual({"openai", "anthropic", "ollama"}, owners)

    def test_embed(self) -> None:
        for format in ("float", "base64", openai.NOT_GIVEN):  # the package asks for base64 by itself, and decodes it
            with self.subTest(format):
                batch = self.client.embeddings.create(
                    model="openai/text-embedding-3-small", input=["kucing", "kucing besar"], encoding_format=format
                )
                vectors = [item.embedding for item in batch.data]
                if format != "base64":
                    self.assertEqual(vectors, [[0.5, -0.25, 1.0]] * 2)
                else:
                    self.assertEqual(vectors[0], "AAAAPwAAgL4AAIA/")


if __name__ == "__main__":
    unittest.main()
