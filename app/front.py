"""What is served at one address: pages, and under /api what programs ask for."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from flask import Flask

from app import api, web
from app.config import Settings

Served: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]


def create_app(settings: Settings | None = None) -> Served:
    """Both applications, on the settings given or those of the environment."""
    return beside(web.create_app(settings), api.create_app(settings))


def beside(pages: Flask, programs: Flask) -> Served:
    """Requests under /api are the API's, all others the web's."""

    def serve(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        ours = path == "/api" or path.startswith("/api/")
        return (programs if ours else pages)(environ, start)

    return serve
