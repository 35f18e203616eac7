"""The Python sibling of @durable-streams/client on turns of a running server: SAMBUNG_URL, SAMBUNG_TOKEN.

Its version 0.1 does not know yet that a stream may be closed: who reads live stops at the event that is the last.
"""

import asyncio
import json
import os
import unittest
import urllib.request

from durable_streams import DurableStreamError, astream, stream

URL = os.environ["SAMBUNG_URL"]
HEADERS = {"authorization": f"Bearer {os.environ['SAMBUNG_TOKEN']}"}


def call(procedure: str, **given: object) -> dict:
    body = json.dumps({"json": given}).encode()
    headers = {**HEADERS, "content-type": "application/json"}
    request = urllib.request.Request(f"{URL}/rpc/{procedure}", data=body, headers=headers)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read())["json"]


def answered(text: str) -> tuple[str, str]:
    """A turn that has ended: the address of its stream, and its text."""
    chat = call("chat/create", title="from python", model="demo/demo")
    answer = call("message/create", chatId=chat["id"], text=text)["answer"]
    said = "".join(part["text"] for part in answer["parts"] if part["type"] == "text")
    return f"{URL}/streams/turns/{answer['id']}", said


def folded(events: list[dict]) -> str:
    text = ""
    for event in events:
        if event["type"] == "text":
            text += event["text"]
        if event["type"] == "snapshot":
            text = "".join(part["text"] for part in event["parts"] if part["type"] == "text")
    return text


class DurableStreams(unittest.TestCase):
    def test_a_turn_is_read_in_each_way_to_its_end(self) -> None:
        url, said = answered("a question from python")
        for live in (False, "long-poll", "sse"):
            with self.subTest(live=live), stream(url, headers=HEADERS, live=live, offset="-1") as response:
                events = []
                for event in response.iter_json():
                    events.append(event)
                    if event["type"] == "finished":
                        break
                self.assertEqual(folded(events), said)
                self.assertEqual([events[0]["type"], events[-1]["type"]], ["started", "finished"])

    def test_a_reader_goes_on_from_its_offset(self) -> None:
        url, said = answered("another question")
        with stream(url, headers=HEADERS, live=False) as response:
            events = response.read_json()
        for had in range(len(events) + 1):
            with stream(url, headers=HEADERS, live=False, offset=f"{had:020}") as response:
                self.assertEqual(response.read_json(), events[had:])

    def test_the_asynchronous_reader_reads_the_same(self) -> None:
        url, said = answered("a third question")

        async def read() -> list[dict]:
            async with astream(url, headers=HEADERS, live="sse", offset="-1") as response:
                events = []
                async for event in response.iter_json():
                    events.append(event)
                    if event["type"] == "finished":
                        break
                return events

        self.assertEqual(folded(asyncio.run(read())), said)

    def test_a_stream_that_is_not_there_is_an_error(self) -> None:
        with self.assertRaises(DurableStreamError) as caught:
            stream(f"{URL}/streams/turns/0192e4a0-7b2c-7def-8123-456789abcdef", headers=HEADERS, live=False)
        self.assertEqual(caught.exception.status, 404)


if __name__ == "__main__":
    unittest.main()
