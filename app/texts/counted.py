"""Sentences with a number in them, where English has one form for one and another for more."""

import re
from typing import Final

_FORMS: Final = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")


def counted(said: str, /, **facts: object) -> str:
    """`said` with its facts filled in; of `{lines|line|lines}` the form that `lines` asks for."""
    return _FORMS.sub(lambda form: form[2 if facts[form[1]] == 1 else 3], said).format(**facts)
