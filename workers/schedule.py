"""What is done again and again, whether a bell rang or not."""

from typing import Any, Final

SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    # A lost message costs seconds: due work is looked for this often.
    "due work": {"task": "find_due", "schedule": 5.0, "options": {"expires": 5}},
    # Over business state: what nobody promised, sessions and tries that have ended.
    "sweep": {"task": "sweep", "schedule": 60.0, "options": {"expires": 60}},
    # Apart from the sweep: a provider that does not answer holds up nothing else.
    "online orders": {"task": "ask_provider", "schedule": 120.0, "options": {"expires": 120}},
    # What units and people are to be told: found by a look over what stands, then sent.
    "reminders": {"task": "remind", "schedule": 300.0, "options": {"expires": 300}},
    # The day before, until it has come; where no interface is set there is nothing to do.
    "bureau": {"task": "pull_yesterday", "schedule": 1800.0, "options": {"expires": 1800}},
    # Once a day; where work is under way just then, an hour later.
    "seal": {"task": "seal", "schedule": 3600.0, "options": {"expires": 3600}},
    "notices": {"task": "send_notices", "schedule": 30.0, "options": {"expires": 30}},
}
