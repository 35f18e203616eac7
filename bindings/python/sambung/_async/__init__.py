"""The asyncio face.

The other one, `_sync`, is made from it by tools/write_sync.py: what is named here is named there.
"""
