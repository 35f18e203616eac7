"""A chat behind FastAPI: bearer tokens, answers as server-sent events, resumed where a browser lost them.

    pip install sambung fastapi uvicorn
    sambung tokens create web                # SAMBUNG_DATABASE_URL says which database, for both
    uvicorn fastapi_app:app

With several workers the database is PostgreSQL, which they share; a SQLite file has one process that writes.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated

import sambung
from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

STATUS = {
    "invalid_argument": 400,
    "unauthenticated": 401,
    "permission_denied": 403,
    "not_found": 404,
    "conflict": 409,
    "already_exists": 409,
    "payload_too_large": 413,
    "rate_limited": 429,
    "quota_exceeded": 429,
    "unsupported": 400,
    "provider_error": 502,
    "unavailable": 503,
    "deadline_exceeded": 504,
}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    # In each worker, behind the fork: an engine belongs to the process that opened it.
    url = os.environ.get("SAMBUNG_DATABASE_URL", "sqlite:sambung.db")
    async with sambung.open_async(url) as engine:
        app.state.engine = engine
        yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(sambung.Error)
async def failed(_request: Request, error: sambung.Error) -> JSONResponse:
    headers = {"Retry-After": str(round(error.retry_after))} if error.retry_after else None
    issues = [{"path": issue.path, "message": issue.message} for issue in error.issues]
    return JSONResponse(
        {"code": error.code, "message": error.message, "issues": issues}, STATUS.get(error.code, 500), headers
    )


async def workspace(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
) -> sambung.AsyncWorkspace:
    """Whoever the token is of, in their tenant and with their role."""
    engine: sambung.AsyncEngine = request.app.state.engine
    identity = await engine.auth.authenticate(bearer.credentials)
    return await engine.workspace_of(identity)


Desk = Annotated[sambung.AsyncWorkspace, Depends(workspace)]


class NewChat(BaseModel):
    title: str = ""
    model: str


class Question(BaseModel):
    text: str


@app.post("/chats", response_model=sambung.Chat)
async def create(desk: Desk, new: NewChat) -> sambung.Chat:
    return await desk.chats.create(new.title, model=new.model)


@app.get("/chats")
async def chats(desk: Desk, cursor: str | None = None) -> dict[str, object]:
    page = await desk.chats.list().page(limit=50, cursor=cursor)
    return {"items": [chat.to_dict() for chat in page], "nextCursor": page.next_cursor}


@app.post("/chats/{chat_id}/messages")
async def send(desk: Desk, chat_id: str, question: Question) -> StreamingResponse:
    turn = await desk.chats.send(sambung.ChatId(chat_id), question.text)
    return events(turn)


@app.get("/answers/{message_id}/events")
async def resume(desk: Desk, message_id: str, last_event_id: Annotated[int, Header()] = 0) -> StreamingResponse:
    """What a browser has not seen yet: of an answer that runs, here or in another worker, and of one that has ended."""
    turn = await desk.chats.resume(sambung.MessageId(message_id), after=last_event_id)
    return events(turn, last_event_id)


@app.post("/answers/{message_id}/stop")
async def stop(desk: Desk, message_id: str) -> Mapping[str, object]:
    """Keeps what came."""
    message = await desk.chats.stop(sambung.MessageId(message_id))
    return message.to_dict()


def events(turn: sambung.AsyncTurn, after: int = 0) -> StreamingResponse:
    # A reader that goes away ends nothing: the answer is written to its end, and can be resumed.
    return StreamingResponse(
        turn.sse(after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Answer": turn.message_id},
    )
