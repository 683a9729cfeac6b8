"""What is done again and again, whether a bell rang or not."""

from typing import Any, Final

SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    # A lost message costs seconds: due work is looked for this often.
    "due work": {"task": "find_due", "schedule": 5.0, "options": {"expires": 5}},
    # Over business state: what nobody promised, sessions and tries that have ended.
    "sweep": {"task": "sweep", "schedule": 60.0, "options": {"expires": 60}},
    # Apart from the sweep: a provider that does not answer holds up nothing else.
    "online orders": {"task": "ask_provider", "schedule": 120.0, "options": {"expires": 120}},
}
