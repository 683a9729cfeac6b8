"""Whether the real recogniser is there, and whether all it can do is to be tried."""

import importlib.util
import os

import pytest

EXTRA = ("rapidocr", "onnxruntime")
LONG = os.environ.get("HUZHU_LONG") == "1"
needs_extra = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in EXTRA),
    reason="extra not installed: python3 -m deploy setup ocr",
)
by_hand = pytest.mark.skipif(not LONG, reason="by hand: python3 -m deploy test ocr")
