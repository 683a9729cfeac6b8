"""Who asks a web that is served, where they sign in, and which addresses they know."""

import gzip
import html
import http.client
import re
from collections import Counter
from secrets import token_hex
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from app.accounts.models import Role
from app.accounts.password import hashed, made_up
from app.embedded.cluster import SUPERUSER
from tests.bench.copying import connect
from tests.bench.standing_claims import accounts
from tests.bench.timed import PAGE
from tests.conftest import Cluster, Database

OK, MOVED = 200, 302
Who = tuple[str, dict[str, str]]
"""Where somebody signs in, and with what."""
FILTERS = (
    *("", "order=newest", "year=2022", "care=chronic", "first=2022-03-01", "last=2022-03-01"),
    *("least=4000", "most=300", "district=3", "year=2021&care=chronic&least=2900&order=newest"),
)
SEARCHES = ("赵一春", "zhao", "单位7", "B000000123456", "P2022-0050", "1234", "000000123456")
FULL_YEAR = (
    "/books/income/2022/5001?per=union&of=3&by=benefit_year",
    "/books/income/2022?per=union",
)
"""The books of a year with claims in it, a district's costs first: links lead to this year's, which
has hardly any, and to contributions before costs."""
_ALIKE = 5
_NUMBER = re.compile(r"[0-9]+")
_LINK = re.compile(r'href="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_PAGES = re.compile(r"/(?!/|static/|bootstrap/)")
_FILES = re.compile(r"/(file|log/file|template)(\W|$)|\?as=|/papers|\.csv|\.xlsx|\.pdf")


class User:
    """A browser of one kept connection: cookies and forms, and nothing kept of pages."""

    def __init__(self, port: int, who: Who) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookie = ""
        path, typed = who
        answer = self.post(path, **typed)
        assert answer.status == MOVED, (path, answer.status)

    def post(self, path: str, **typed: str) -> http.client.HTTPResponse:
        token = _TOKEN.search(self.page("/sign-in")[2])
        token = token or _TOKEN.search(self.page("/office/")[2])
        assert token
        return self._ask("POST", path, urlencode({"csrf_token": token[1], **typed}))[0]

    def page(self, path: str) -> tuple[http.client.HTTPResponse, int, str]:
        answer, body = self._ask("GET", path)
        packed = answer.headers.get("Content-Encoding") == "gzip"
        whole = gzip.decompress(body) if packed else body
        is_html = answer.headers.get_content_type() == "text/html"
        return answer, len(body) + len(str(answer.headers)), whole.decode() if is_html else ""

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: str | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Accept-Encoding": "gzip", "Cookie": self._cookie, "Accept-Language": "zh"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except ConnectionError:  # gunicorn keeps a connection for two seconds
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        content = answer.read()
        for said in answer.headers.get_all("Set-Cookie") or ():
            self._cookie = said.partition(";")[0]
        return answer, content


def visitors(cluster: Cluster, database: Database, wanted: set[str]) -> dict[str, Who]:
    """The demonstration's first account of each role; and accounts made for a district's officer
    and a large unit's contact, who have no other door."""
    found = {
        role: ("/demonstration", {"account": str(ids[0])})
        for role, ids in accounts(database).items()
        if role in wanted
    }
    with connect(cluster.url(SUPERUSER, str(database.engine.url.database))) as owner:
        # Where administrators govern, nobody else adds an account.
        owner.execute("SET session_replication_role = replica")
        for who, (role, asked) in _MADE.items():
            login, password = f"bench-{token_hex(4)}", made_up()
            owner.execute(
                "INSERT INTO account (login, name, role, password_hash, union_id)"
                f" SELECT %s, %s, %s, %s, union_id FROM ({asked}) u",
                [login, who, role.value, hashed(password)],
            )
            found[who] = ("/sign-in", {"login": login, "password": password})
    return found


_MADE = {
    "district": (
        Role.OFFICER,
        "SELECT union_id FROM unit GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    ),
    "contact": (
        Role.CONTACT,
        "SELECT id AS union_id FROM union_node WHERE kind = 'unit' ORDER BY id DESC LIMIT 1",
    ),
}


def pages_of(user: User) -> list[str]:
    """An address of each kind of page that links lead to, breadth first.

    Of addresses that differ in numbers alone some are asked: a list of a hundred is one kind.
    """
    waiting = ["/", *asked_of_lists(user)]
    met = set(waiting)
    kinds: dict[str, str] = {}
    alike: Counter[str] = Counter()
    while waiting:
        path = waiting.pop(0)
        shape = _NUMBER.sub("0", path)
        alike[shape] += 1
        if alike[shape] > _ALIKE:
            continue
        answer, _, content = user.page(path)
        if answer.status == MOVED:
            content = f'href="{html.escape(answer.headers["Location"])}"'
        elif answer.status == OK and content:
            kind = kind_of(answer.headers[PAGE], path)
            content = "" if kind in kinds else content
            kinds.setdefault(kind, path)
        for link in _LINK.findall(content):
            to = urldefrag(urljoin(path, html.unescape(link)))[0]
            if _PAGES.match(to) and not _FILES.search(to) and to not in met:
                met.add(to)
                waiting.append(to)
    user.close()
    return [*kinds.values()]


def asked_of_lists(user: User) -> list[str]:
    """What forms ask of lists, and no link: each filter, each kind of search."""
    found = [path for path in FULL_YEAR if user.page(path)[0].status == OK]
    if user.page("/office/claims/paid")[0].status != OK:
        return found
    found += [f"/office/claims/{state}?{asked}" for state in ("paid", "held") for asked in FILTERS]
    for words in SEARCHES:
        found.append(user.post("/office/found/", words=words).headers["Location"])
    return found


def kind_of(page: str, path: str) -> str:
    """A page with what is asked of it."""
    asked = sorted({part.partition("=")[0] for part in urlsplit(path).query.split("&") if part})
    last = path.partition("?")[0].rpartition("/")[-1]
    place = last if page in {"claims.in_state", "found.show"} else ""
    return " ".join(filter(None, (page, place, *asked)))
