"""Sambung for LangGraph: checkpoints in the tenant's own database, isolated, copied and erased as everything else is.

::

    with sambung.open(modules=[SambungSaver.module]) as engine:
        desk = engine.workspace("acme", "ada@example.com")
        graph = builder.compile(checkpointer=SambungSaver(desk))
"""

from sambung.integrations.langgraph.saver import SambungSaver

__all__ = ["SambungSaver"]
