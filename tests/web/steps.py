"""A member walks the five steps of filing as a phone without script would."""

import io
import re

from werkzeug.test import TestResponse

from tests.web.browser import Browser

FORM = "/my/claims/new/"
DRAFT = re.compile(r"/my/claims/new/([0-9]+)/(\w+)")
SEEN = re.compile(r'name="seen" value="([^"]+)"')
VERSION = re.compile(r'id="consent" name="consent" value="([^"]+)"')
SUMS = re.compile(r'name="sums_seen" value="([^"]+)"')
OF_KIND = ("med_type", "says", "again")
CARD = {"card": "new", "account": "6217000000000000017"}
CONSENTS = ("consent", "right")


class Walk:
    """One claim on its way; each act gives the answer as it came."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.draft = 0
        self.token = browser.token("/my/")

    def post(self, path: str, **fields: object) -> TestResponse:
        return self.browser.client.post(path, data={"csrf_token": self.token, **fields})

    def path(self, step: str) -> str:
        return f"{FORM}{self.draft}/{step}"

    def page(self, step: str) -> str:
        answer = self.browser.get(self.path(step))
        assert answer.status_code == 200, (step, answer.status_code, answer.location)
        return answer.text

    def send(self, step: str, then: str = "on", **fields: object) -> TestResponse:
        return self.post(self.path(step), then=then, **fields)

    def begin(self, med_type: str = "21", says: str = "nobody", **more: object) -> TestResponse:
        fields = {"med_type": med_type, "says": says, "then": "on", **more}
        answer = self.post(FORM, **fields)
        if answer.status_code == 302 and (found := DRAFT.search(answer.location)):
            self.draft = int(found[1])
        return answer

    def photos(self, then: str = "on", **files: bytes) -> TestResponse:
        named = {f"papers_{kind}": (io.BytesIO(data), "x.jpg") for kind, data in files.items()}
        return self.send("papers", then, **named)

    def figures(self, then: str = "on", **fields: str) -> TestResponse:
        """The figures; sums that do not agree are said to stand so."""
        answer = self.send("figures", then, **fields)
        if answer.status_code == 409 and (found := SUMS.search(answer.text)):
            return self.send("figures", then, **fields, sums_seen=found[1])
        return answer

    def check(self) -> dict[str, str]:
        """What the last page's form holds, both boxes ticked."""
        page = self.page("check")
        ticked = {"consent": VERSION.search(page)[1], "right": "y"}
        return {"seen": SEEN.search(page)[1], **ticked}

    def to_check(self, **fields: str) -> TestResponse:
        """All steps but the last; the answer of the first that did not lead on."""
        kind = {name: value for name, value in fields.items() if name in OF_KIND}
        rest = {name: value for name, value in fields.items() if name not in OF_KIND}
        steps = (
            lambda: self.begin(**kind),
            self.photos,
            lambda: self.figures(**rest),
            lambda: self.send("card", **CARD),
        )
        for step in steps:
            answer = step()
            if answer.status_code != 302:
                return answer
        return answer

    def file(self, **fields: str) -> TestResponse:
        """All steps with these fields; the answer of the first that did not lead on."""
        answer = self.to_check(**fields)
        return answer if answer.status_code != 302 else self.send("check", **self.check())
