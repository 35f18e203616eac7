"""The face that blocks: made from `_async` by tools/write_sync.py, but for `_core.py`."""
