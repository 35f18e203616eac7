"""AsyncTemplates: prompts that are kept."""

from __future__ import annotations

import typing

from .. import _sambung
from .._ids import id_of, revision_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._ids import HasId
    from .._types import (
        Chat,
        ChatId,
        JsonValue,
        PromptArchive,
        PromptArm,
        PromptContent,
        PromptCounts,
        PromptImport,
        PromptLabel,
        PromptPreview,
        PromptTemplate,
        PromptTemplateId,
        PromptUpdate,
        PromptUsage,
        PromptVariable,
        PromptVersion,
        RenderedPrompt,
        StoredPrompt,
        TemplateMessage,
        VersionDiff,
    )

    TemplateLike = typing.Union[PromptTemplate, StoredPrompt, PromptTemplateId]

__all__ = ["AsyncTemplates", "template_id_of"]


class NewPromptOptions(typing.TypedDict, total=False):
    """What `create` may be told beside name and text."""

    description: str
    command: str | None
    note: str
    config: Mapping[str, typing.Any]
    examples: Sequence[Mapping[str, typing.Any]]
    idempotency_key: str | None


class AsyncTemplates(AsyncService["_sambung.Workspace"]):
    """What is read is the user's own, or shared with the tenant."""

    __slots__ = ()

    async def create(
        self,
        name: str,
        text: str | Sequence[TemplateMessage | Mapping[str, typing.Any]],
        *,
        variables: Sequence[PromptVariable | Mapping[str, typing.Any]] = (),
        category: str = "",
        public: bool = False,
        **options: typing.Unpack[NewPromptOptions],
    ) -> StoredPrompt:
        """Keeps a prompt as the first version of a template.

        Args:
            name: 1 to 400 bytes, unique among the user's own.
            text: One text with ``{{variables}}``, or the messages of a conversation.
            variables: What it is given when it is rendered.
            category: To find it by.
            public: Whether every member of the tenant may read it.
            **options: `description command note config examples idempotency_key`.

        Raises:
            InvalidArgumentError: Every fault of the texts, with line and column.
        """
        if isinstance(text, str):
            said: dict[str, typing.Any] = {"kind": "text", "messages": [{"role": "user", "text": text}]}
        else:
            said = {"kind": "chat", "messages": list(text)}
        made = {
            "name": name,
            **said,
            "variables": list(variables),
            "category": category,
            "visibility": "tenant" if public else "private",
            **options,
        }
        return await self._call(_sambung.templates_create, typing.cast("typing.Any", made))

    async def get(self, template: TemplateLike) -> StoredPrompt:
        """With its newest version."""
        return await self._call(_sambung.templates_get, template_id_of(template))

    def list(self, category: str | None = None) -> AsyncPager[PromptTemplate]:
        """The user's own and what is shared, newest first; of one category, if it is named."""
        return AsyncPager(lambda page: self._call(_sambung.templates_list, page, category))

    def list_public(self, category: str | None = None) -> AsyncPager[PromptTemplate]:
        """What is shared with the tenant, the user's own included."""
        return AsyncPager(lambda page: self._call(_sambung.templates_list_public, page, category))

    def search(self, text: str) -> AsyncPager[PromptTemplate]:
        """Those whose name and description have every word."""
        return AsyncPager(lambda page: self._call(_sambung.templates_search, text, page))

    async def counts(self) -> PromptCounts:
        """How many there are: own, shared, by category."""
        return await self._call(_sambung.templates_counts)

    async def update(
        self,
        template: TemplateLike,
        *,
        text: str | None = None,
        revision: int | None = None,
        **changes: typing.Unpack[PromptUpdate],
    ) -> StoredPrompt:
        """Changes what is named; `text` or `content` make a new version.

        Args:
            template: The record that the change is made against, or an id together with `revision`.
            text: What a prompt of one text says; its variables and config stay.
            revision: Of the template that the caller saw; of the record, unless given.
            **changes: `name description category command visibility content note`.

        Raises:
            ConflictError: It was changed meanwhile.
        """
        prompt = getattr(template, "prompt", template)
        number = revision_of(prompt, revision, "template")
        if text is not None:
            said = (await self.get(template)).version
            content = {
                "kind": said.kind,
                "messages": [{"role": "user", "text": text}],
                "variables": said.variables,
                "config": said.config,
                "examples": said.examples,
            }
            changes = typing.cast("PromptUpdate", {**changes, "content": content})
        return await self._call(_sambung.templates_update, template_id_of(template), changes, number)

    async def remove(self, template: TemplateLike) -> None:
        """With its versions and labels."""
        await self._call(_sambung.templates_remove, template_id_of(template))

    async def duplicate(self, template: TemplateLike) -> StoredPrompt:
        """A private copy of the user's own, of the newest version."""
        return await self._call(_sambung.templates_duplicate, template_id_of(template))

    # Versions and labels.

    def versions(self, template: TemplateLike) -> AsyncPager[PromptVersion]:
        """Newest first."""
        return AsyncPager(lambda page: self._call(_sambung.templates_versions, template_id_of(template), page))

    async def version(self, template: TemplateLike, number: int) -> PromptVersion:
        """One version; they never change."""
        return await self._call(_sambung.templates_version, template_id_of(template), number)

    async def restore(self, template: TemplateLike, number: int, *, revision: int | None = None) -> StoredPrompt:
        """A new version that says what that one says; `revision` as for `update`."""
        prompt = getattr(template, "prompt", template)
        return await self._call(
            _sambung.templates_restore, template_id_of(template), number, revision_of(prompt, revision, "template")
        )

    def usage(self, template: TemplateLike) -> AsyncPager[PromptUsage]:
        """How often its versions were used, and what for."""
        return AsyncPager(lambda page: self._call(_sambung.templates_usage, template_id_of(template), page))

    async def diff(self, template: TemplateLike, before: int, after: int) -> VersionDiff:
        """How one version comes from another."""
        return await self._call(_sambung.templates_diff, template_id_of(template), before, after)

    async def labels(self, template: TemplateLike) -> tuple[PromptLabel, ...]:
        """The names that its versions have."""
        return await self._call(_sambung.templates_labels, template_id_of(template))

    async def set_label(
        self,
        template: TemplateLike,
        name: str,
        version: int | Sequence[PromptArm | Mapping[str, int]],
        *,
        protect: bool | None = None,
    ) -> PromptLabel:
        """Makes a label, or points it elsewhere: to one version, or to several with weights."""
        arms = [{"version": version}] if isinstance(version, int) else list(version)
        return await self._call(
            _sambung.templates_set_label, template_id_of(template), name, typing.cast("typing.Any", arms), protect
        )

    async def remove_label(self, template: TemplateLike, name: str) -> None:
        """The versions stay."""
        await self._call(_sambung.templates_remove_label, template_id_of(template), name)

    # Filling in.

    async def render(self, template: TemplateLike, /, **variables: JsonValue) -> RenderedPrompt:
        """Fills in the version labelled "production", else the newest.

        Raises:
            InvalidArgumentError: A variable is missing or mistyped; every fault is listed.
        """
        return await self._call(_sambung.templates_render, template_id_of(template), {"values": variables})

    async def render_with(
        self,
        template: TemplateLike,
        variables: Mapping[str, JsonValue],
        *,
        label: str | None = None,
        version: int | None = None,
        chat: Chat | ChatId | None = None,
        model: str | None = None,
    ) -> RenderedPrompt:
        """As `render`, of a label or a version.

        Args:
            template: Which one.
            variables: What it is filled in with.
            label: Whose version.
            version: Of this number.
            chat: Who always gets the same one among the versions of a label; None: the user.
            model: What ``{{model}}`` is.
        """
        how = {
            "values": dict(variables),
            "label": label,
            "version": version,
            "chat_id": None if chat is None else id_of(chat),
            "model": model,
        }
        return await self._call(_sambung.templates_render, template_id_of(template), typing.cast("typing.Any", how))

    async def preview(self, content: PromptContent, values: Mapping[str, JsonValue]) -> PromptPreview:
        """What would be saved, and, where it compiles and `values` fit, what would be rendered."""
        return await self._call(_sambung.templates_preview, content, dict(values))

    # Out and in.

    async def export_prompts(self, templates: Sequence[TemplateLike] = ()) -> PromptArchive:
        """Those that are named, or all of the user's own."""
        return await self._call(_sambung.templates_export_prompts, [template_id_of(one) for one in templates])

    async def import_prompts(self, archive: PromptArchive | Mapping[str, typing.Any]) -> PromptImport:
        """Each by itself, in order. A repetition changes nothing."""
        return await self._call(_sambung.templates_import_prompts, typing.cast("typing.Any", archive))


def template_id_of(template: TemplateLike) -> PromptTemplateId:
    """Of a template, of one with its version, or the id itself."""
    return id_of(typing.cast("HasId[PromptTemplateId] | PromptTemplateId", getattr(template, "prompt", template)))
