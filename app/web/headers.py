"""What every answer says to the browser: nothing from elsewhere, in no frame, kept by nobody.

Own lines instead of a package: Flask-Talisman's answers differ from what is wanted in more places
than these lines take.
"""

from typing import Final

from flask import Flask, Response, request

from app.web.roles import ASSETS

_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        # Bootstrap draws the marks of form fields from data: images in its style sheet.
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_YEAR_S: Final = 365 * 24 * 3600


def install(web: Flask, *, secure: bool) -> None:
    """Set them on every answer, errors included."""

    @web.after_request
    def say(response: Response) -> Response:
        response.headers.update(_ALWAYS)
        # A picture of a paper says less than a page may do.
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        if request.endpoint not in ASSETS:
            response.headers["Cache-Control"] = "no-store"
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
        return response
