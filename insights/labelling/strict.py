"""What is a strict schema's object? The shape that the model's provider holds every answer to."""

from typing import Any


def strict_object(**properties: Any) -> dict[str, Any]:
    """Return a JSON Schema object of these properties.

    Strict mode wants every key required and no others; limits of numbers are ours to check.
    """
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
