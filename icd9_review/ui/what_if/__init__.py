"""What-if: a copy of an encounter's notes with sentences struck or words changed, read once more.

The copy lives in the browser and in the memory of its session; nothing here writes.
"""
