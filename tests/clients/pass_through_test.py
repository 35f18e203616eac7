"""The real openai package through /v1 to a vendor that speaks OpenAI's form: nothing is lost on the way. SAMBUNG_URL,
SAMBUNG_TOKEN; see vendor.cpp for what each model answers."""

import json
import os
import time
import unittest

import openai

QUESTION = [{"role": "user", "content": "Apa khabar?"}]


class PassThrough(unittest.TestCase):
    def setUp(self) -> None:
        self.client = openai.OpenAI(
            base_url=f"{os.environ['SAMBUNG_URL']}/v1", api_key=os.environ["SAMBUNG_TOKEN"], max_retries=0
        )
        self.addCleanup(self.client.close)

    def ask(self, model: str, **more):
        return self.client.chat.completions.create(**{"model": f"vllm/{model}", "messages": QUESTION, **more})

    def test_the_vendor_gets_what_the_client_sent(self) -> None:
        asked = {
            "messages": [
                {"role": "developer", "name": "boss", "content": [{"type": "text", "text": "be brief", "x": 1}]},
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "look"},
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}},
                        {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}},
                        {"type": "file", "file": {"file_id": "file-1"}},
                    ],
                },
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {
                            "id": "call_1",
                            "type": "function",
                            "function": {"name": "f", "arguments": '{ "a":1}'},
                            "extra_content": {"google": {"thought_signature": "sig"}},
                        }
                    ],
                },
                {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "42"}]},
            ],
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}, "strict": True}}],
            "tool_choice": {"type": "function", "function": {"name": "f"}},
            "parallel_tool_calls": False,
            "response_format": {"type": "json_schema", "json_schema": {"name": "s", "strict": True, "schema": {}}},
            "logprobs": True,
            "top_logprobs": 2,
            "logit_bias": {"5": -1},
            "reasoning_effort": "low",
            "max_tokens": 9,
            "temperature": 0.25,
            "metadata": {"a": "b"},
            "extra_body": {"provider": {"order": ["x"]}},
        }
        echo = json.loads(self.ask("echo", **asked).choices[0].message.content)

        expected = {**asked, **asked["extra_body"], "model": "echo", "stream": False}
        del expected["extra_body"]
        expected["messages"] = [{**asked["messages"][0], "role": "system"}, *asked["messages"][1:]]
        self.assertEqual(echo, expected)

    def test_the_client_gets_what_the_vendor_sent(self) -> None:
        answer = self.ask("rich")
        chunks = list(self.ask("rich", stream=True, stream_options={"include_usage": True}))

        for one in (answer, chunks[0]):
            self.assertEqual((one.id, one.created, one.model), ("chatcmpl-vendor", 1700000000, "vllm/rich"))
            self.assertEqual((one.system_fingerprint, one.service_tier), ("fp_1", "default"))
            self.assertEqual(one.model_extra["x_new"], {"a": [1.5]})
            self.assertEqual(one.choices[0].logprobs.content[0].logprob, -0.25)
        message, delta = answer.choices[0].message, chunks[0].choices[0].delta
        for one in (message, delta):
            self.assertEqual(one.model_extra["reasoning_content"], "hm")
        self.assertEqual(message.annotations[0].type, "url_citation")
        self.assertEqual(delta.model_extra["annotations"][0]["url_citation"]["title"], "t")
        for one in (answer, chunks[-1]):
            self.assertEqual(one.usage.total_tokens, 12)
            self.assertEqual(one.usage.prompt_tokens_details.cached_tokens, 3)
            self.assertEqual(one.usage.model_extra["cost"], 0.25)

    def test_nobody_gets_usage_unasked(self) -> None:
        chunks = list(self.ask("rich", stream=True))

        self.assertTrue(all(chunk.choices and chunk.usage is None for chunk in chunks))

    def test_parallel_tool_calls(self) -> None:
        with self.client.chat.completions.stream(model="vllm/tools", messages=QUESTION) as stream:
            streamed = stream.get_final_completion().choices[0]
        for choice in (self.ask("tools").choices[0], streamed):
            self.assertEqual(choice.finish_reason, "tool_calls")
            calls = choice.message.tool_calls
            self.assertEqual([call.function.arguments for call in calls], ['{"city":"Ipoh"}', '{"city":"Miri"}'])
            self.assertEqual([call.id for call in calls], ["call_0", "call_1"])
            self.assertEqual(calls[0].model_extra["extra_content"], {"google": {"thought_signature": "sig"}})

    def test_errors_before_the_stream(self) -> None:
        for how in ({}, {"stream": True}):
            with self.assertRaises(openai.BadRequestError) as refused:
                self.ask("refuses", **how)
            self.assertTrue(refused.exception.request_id)
            with self.assertRaises(openai.RateLimitError) as full:
                self.ask("full", **how)
            self.assertEqual(full.exception.response.headers["retry-after"], "7")

    def test_errors_in_the_stream(self) -> None:
        stream = self.ask("broken", stream=True)
        self.assertEqual(next(iter(stream)).choices[0].delta.content, "a")
        with self.assertRaises(openai.APIError):
            list(stream)

    def test_leaving_closes_the_vendors_stream(self) -> None:
        before = int(self.ask("open").choices[0].message.content)
        stream = self.ask("slow", stream=True)
        self.assertEqual(next(iter(stream)).choices[0].delta.content, "a")
        stream.close()

        deadline = time.monotonic() + 20
        while int(self.ask("open").choices[0].message.content) > before:
            self.assertLess(time.monotonic(), deadline)


if __name__ == "__main__":
    unittest.main()
