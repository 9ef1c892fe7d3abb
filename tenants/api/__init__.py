"""The API's frame: who asks, may they, what comes in, how lists go out; tokens and "who am I"."""
