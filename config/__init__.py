"""The project: how its rooms are wired together, started and kept going."""

import gc

# Starting makes a million objects that stay: looking among them for garbage would take a fifth of it.
gc.set_threshold(50_000, 20, 20)
