"""sambung serve: the reference server on this database."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Any

import click
from sambung.cli.output import print_json
from sambung.cli.session import LOCAL_TENANT, Session, local_user, pass_session

if TYPE_CHECKING:
    import sambung


@click.command("serve")
@click.option("--host", default="127.0.0.1", envvar="SAMBUNG_HOST", show_default=True, help="the address to listen on")
@click.option(
    "--port",
    default=8787,
    envvar="SAMBUNG_PORT",
    type=click.IntRange(0, 65_535),
    show_default=True,
    help="the port; 0: any that is free",
)
@click.option("--allowed-host", "allowed_hosts", metavar="NAME", multiple=True, help="a name that it may be called by")
@click.option(
    "--allowed-origin",
    "allowed_origins",
    metavar="ORIGIN",
    multiple=True,
    help="a web page that may call it: https://chat.example.com",
)
@click.option("--url", "public_url", metavar="URL", help="what browsers have in their address bar")
@click.option(
    "--certificate", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="TLS: PEM, with its chain"
)
@click.option("--key", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="TLS: its key")
@click.option(
    "--admin-address",
    default="off",
    envvar="SAMBUNG_ADMIN_ADDRESS",
    show_default=True,
    help="where operators ask for /admin/status: 127.0.0.1:9464, unix:/PATH, or off; others need SAMBUNG_ADMIN_TOKEN",
)
@click.option(
    "--grace",
    default=10.0,
    type=click.FloatRange(min=0),
    show_default=True,
    help="seconds that answers have to end in when it stops",
)
@pass_session
def command(
    session: Session,
    /,
    host: str,
    port: int,
    certificate: str | None,
    key: str | None,
    public_url: str | None,
    grace: float,
    admin_address: str,
    **lists: tuple[str, ...],
) -> None:
    """Serve over HTTP until Ctrl-C or SIGTERM. On its first start it shows a token, once."""
    if (certificate is None) != (key is None):
        raise click.UsageError("--certificate and --key belong together")
    options: dict[str, Any] = {name: list(values) for name, values in lists.items() if values}
    if public_url:
        options["url"] = public_url
    if certificate:
        options["tls"] = {"certificate": certificate, "key": key}
    if admin_token := os.environ.get("SAMBUNG_ADMIN_TOKEN"):
        options["admin_token"] = admin_token
    stopped = _signals()
    import sambung
    from sambung.cli.log import tell_log

    if not session.quiet:
        tell_log("WARNING")

    with session.engine(measured=admin_address != "off") as engine:
        token = first_token(engine, session)
        with sambung.Server(engine, **options) as server:
            address = served_url(host, server.listen(host, port), secure=certificate is not None)
            if admin_address != "off":
                server.listen_admin(admin_address)
            _tell(session, address, token, _model(engine))
            stopped.wait()
            session.hint("stopping; answers have a moment to end")
            server.shutdown(grace)


def _signals() -> threading.Event:
    """Set by the first signal; the second one ends the process."""
    stopped = threading.Event()

    def stop(number: int, _frame: object) -> None:
        stopped.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def first_token(engine: sambung.Engine, session: Session) -> str | None:
    """A token of the owner, when they have none yet. Only its hash is stored: it is shown now or never."""
    desk = session.desk_of(engine)
    tenant, user = desk.tenant(), desk.who.user_id
    if engine.api_tokens.any(tenant, user):
        return None
    issued = engine.api_tokens.create(tenant, user, "first")
    return issued.secret.reveal()


def served_url(host: str, port: int, *, secure: bool = False) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}:{port}"


def _model(engine: sambung.Engine) -> str | None:
    """One to try it with."""
    from sambung.cli.models_known import first_of

    try:
        return first_of(one.id for one in engine.models.list())
    except click.UsageError:
        return None


def line_to_try(address: str, model: str | None, token: str | None) -> str:
    bearer = f'-H "Authorization: Bearer {token or "$SAMBUNG_TOKEN"}"'
    if model is None or not all(letter.isalnum() or letter in "/._:@+-" for letter in model):
        return f"curl {address}/v1/models {bearer}"
    return (
        f"curl -N {address}/v1/chat/completions {bearer} -H 'Content-Type: application/json' "
        f'-d \'{{"model":"{model}","stream":true,'
        '"messages":[{"role":"user","content":"Apa khabar?"}]}\''
    )


def _tell(session: Session, address: str, token: str | None, model: str | None) -> None:
    if session.as_json:
        print_json({"url": address, "token": token})
        return
    click.echo(f"serving {address} for {session.user or local_user()} of {session.tenant or LOCAL_TENANT}")
    if token:
        click.echo(f"token   {token}\n        (shown once: only its hash is kept)")
    click.echo(f"try     {line_to_try(address, model, token)}")
