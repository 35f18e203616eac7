"""The real openai package against a running server: SAMBUNG_URL, SAMBUNG_TOKEN."""

import json
import os
import unittest
import urllib.request
import uuid

import openai

URL = os.environ["SAMBUNG_URL"]
TOKEN = os.environ["SAMBUNG_TOKEN"]
MODEL = "demo/demo"
QUESTION = [{"role": "user", "content": "Apa khabar?"}]


def make_chat() -> str:
    """A new chat over /rpc."""
    body = json.dumps({"json": {"title": "from python", "model": MODEL}}).encode()
    request = urllib.request.Request(
        f"{URL}/rpc/chat/create",
        data=body,
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)["json"]["id"]


class OpenAiClient(unittest.TestCase):
    def setUp(self) -> None:
        self.client = openai.OpenAI(base_url=f"{URL}/v1", api_key=TOKEN, max_retries=0)
        self.addCleanup(self.client.close)

    def test_answers_at_once(self) -> None:
        answer = self.client.chat.completions.create(model=MODEL, messages=QUESTION)

        self.assertEqual(answer.object, "chat.completion")
        self.assertEqual(answer.model, MODEL)
        self.assertEqual(answer.choices[0].message.role, "assistant")
        self.assertIn("demo", answer.choices[0].message.content)
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertGreater(answer.usage.total_tokens, 0)

    def test_streams(self) -> None:
        chunks = list(self.client.chat.completions.create(model=MODEL, messages=QUESTION, stream=True))

        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        whole = self.client.chat.completions.create(model=MODEL, messages=QUESTION)
        self.assertEqual(text, whole.choices[0].message.content)
        self.assertEqual(chunks[0].choices[0].delta.role, "assistant")
        self.assertEqual(chunks[-1].choices[0].finish_reason, "stop")
        self.assertEqual(len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}), 1)
        self.assertTrue(all(chunk.usage is None for chunk in chunks))

    def test_reports_usage_when_asked(self) -> None:
        chunks = list(
            self.client.chat.completions.create(
                model=MODEL, messages=QUESTION, stream=True, stream_options={"include_usage": True}
            )
        )

        self.assertEqual(chunks[-1].choices, [])
        self.assertGreater(chunks[-1].usage.total_tokens, 0)

    def test_stream_helper_accumulates(self) -> None:
        with self.client.chat.completions.stream(model=MODEL, messages=QUESTION) as stream:
            final = stream.get_final_completion()

        self.assertIn("demo", final.choices[0].message.content)

    def test_continues_a_chat(self) -> None:
        chat = make_chat()
        for stream in (False, True):
            answer = self.client.chat.completions.create(
                model=MODEL, messages=QUESTION, metadata={"chat_id": chat}, stream=stream
            )
            if stream:
                self.assertEqual(list(answer)[-1].choices[0].finish_reason, "stop")
            else:
                self.assertIn("demo", answer.choices[0].message.content)

    def test_raises_its_own_errors(self) -> None:
        with self.assertRaises(openai.NotFoundError) as missing:
            self.client.chat.completions.create(model="nobody/model", messages=QUESTION)
        self.assertEqual(missing.exception.code, "not_found")
        self.assertTrue(uuid.UUID(missing.exception.request_id))

        with self.assertRaises(openai.BadRequestError) as bad:
            self.client.chat.completions.create(model=MODEL, messages=[{"role": "robot", "content": "x"}])
        self.assertEqual(bad.exception.param, "messages[0].role")

        with self.assertRaises(openai.AuthenticationError) as stranger:
            self.client.with_options(api_key="smb_wrong").models.list()
        self.assertEqual(stranger.exception.code, "invalid_api_key")

    def test_does_not_see_foreign_chats(self) -> None:
        with self.assertRaises(openai.NotFoundError):
            self.client.chat.completions.create(
                model=MODEL, messages=QUESTION, metadata={"chat_id": "0192e4a0-7b2c-7def-8123-456789abcdef"}
            )

    def test_lists_models(self) -> None:
        models = [model.id for model in self.client.models.list()]

        self.assertIn(MODEL, models)
        self.assertEqual(self.client.models.retrieve(MODEL).id, MODEL)
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("demo/none")

    def test_embeds(self) -> None:
        texts = ["red apples", "apples red", "green pears"]
        batch = self.client.embeddings.create(model=MODEL, input=texts)
        floats = self.client.embeddings.create(model=MODEL, input=texts, encoding_format="float")
        short = self.client.embeddings.create(model=MODEL, input="red apples", dimensions=8)

        vectors = [item.embedding for item in batch.data]
        self.assertEqual(batch.model, MODEL)
        self.assertEqual(vectors[0], vectors[1])
        self.assertNotEqual(vectors[0], vectors[2])
        self.assertEqual(len(short.data[0].embedding), 8)
        self.assertEqual(batch.usage.total_tokens, 6)
        for near, exact in zip(vectors[2], floats.data[2].embedding):
            self.assertAlmostEqual(near, exact, places=6)

    def test_says_why_it_does_not_embed(self) -> None:
        with self.assertRaises(openai.BadRequestError) as tokens:
            self.client.embeddings.create(model=MODEL, input=[1, 2, 3])
        self.assertEqual(tokens.exception.param, "input")
        with self.assertRaises(openai.NotFoundError):
            self.client.embeddings.create(model="nobody/model", input="a")

    def test_takes_timeouts_and_retries(self) -> None:
        answer = self.client.with_options(timeout=10.0, max_retries=2).chat.completions.create(
            model=MODEL, messages=QUESTION
        )
        self.assertTrue(answer.choices)

        with self.assertRaises(openai.APITimeoutError):
            self.client.with_options(timeout=0.05, max_retries=0).chat.completions.create(
                model=MODEL, messages=QUESTION
            )


class AsyncOpenAiClient(unittest.IsolatedAsyncioTestCase):
    async def test_streams(self) -> None:
        async with openai.AsyncOpenAI(base_url=f"{URL}/v1", api_key=TOKEN) as client:
            stream = await client.chat.completions.create(model=MODEL, messages=QUESTION, stream=True)
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

        self.assertIn("demo", text)


if __name__ == "__main__":
    unittest.main()
