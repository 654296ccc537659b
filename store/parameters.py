"""Parameters that say where in the log to look: a place in it, and a span of time cut in buckets."""

from .time_keys import SLOT_BITS, Ladder


def place_parameters(
    place: str, microseconds: int, event_id: bytes | None = None, time_key: int | None = None
) -> dict[str, object]:
    """Parameters of a place: that key, else that event if it is there, else the first event not earlier than that time.

    For the place `low` it is just newer than the event.
    """
    return {
        f"{place}_key": time_key,
        f"{place}_id": event_id,
        f"{place}_time": microseconds,
        f"{place}_time_key": microseconds << SLOT_BITS,
    }


def ladder_parameters(pieces: Ladder) -> dict[str, object]:
    """Parameters of a span cut in buckets."""
    parameters = place_parameters("left", pieces.left_until) | place_parameters("right", pieces.right_since)
    for number, piece in enumerate(pieces.pieces):
        parameters |= {f"first_{number}": piece.first, f"beyond_{number}": piece.beyond}
    return parameters
