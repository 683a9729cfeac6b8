"""The child that reads one photo, under limits: a JPEG of ours on stdin, lines of JSON on stdout.

Run by `app.reading.recognise` and by nothing else. The recogniser is a large piece of other
people's C++: none of it works in a worker's process. It reads with the models that come in its
package, named by their files, so that it never looks for others elsewhere.

Lines: ["turn", degrees] says how the picture was turned (counter-clockwise) to be read; then
["box", text, corners, score] for each text, corners on the turned picture.
"""

import contextlib
import importlib.util
import io
import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from app.reading.labels import label_of, plain

MEMORY_BYTES: Final = 2_500_000_000
"""Of addresses, half of which are ever used: the models and their runtime take 1.6 GB of them."""
DETECTED_PX: Final = 1_536
"""Of the longer side, where texts are looked for; they are read at the picture's own size."""
MODELS: Final = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
ENOUGH: Final = 3
"""Labels of a sheet: of one that lies upside down next to none can be read."""
_Found = list[tuple[str, list[list[float]], float]]


def main() -> None:
    """Answer for the picture on stdin; how many seconds of the processor, is the argument."""
    _limit(int(sys.argv[1]))
    for line in answer(sys.stdin.buffer.read()):
        sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")


def answer(jpeg: bytes) -> Iterator[list[object]]:
    """The texts on a picture, upright: a phone held flat does not know how it was turned."""
    from PIL import Image

    picture = Image.open(io.BytesIO(jpeg), formats=["JPEG"]).convert("RGB")
    engine = recogniser()
    turned, found = 0, _found(engine, picture)
    upright = not _sideways(found)
    # It turns texts that stand on end itself, one way: what it can read so lies to that side.
    on_end = (90, 270) if _labels(found) >= ENOUGH else (270, 90)
    for other in (180,) if upright else on_end:
        if upright and _labels(found) >= ENOUGH:
            break
        again = _found(engine, picture.rotate(other, expand=True))
        if not upright or _labels(again) > _labels(found):
            turned, found, upright = other, again, True
    yield ["turn", turned]
    for text, corners, score in found:
        yield ["box", text, [[round(x), round(y)] for x, y in corners], round(score, 3)]


def recogniser() -> Any:
    """The engine, one thread: who waits for other photos waits no longer than for this one."""
    from rapidocr import RapidOCR

    spec = importlib.util.find_spec("rapidocr")
    assert spec is not None  # noqa: S101 - for the type checker: it was imported
    assert spec.origin is not None  # noqa: S101
    models = Path(spec.origin).with_name("models")
    return RapidOCR(
        params={
            **{f"{part}.model_path": str(models / name) for part, name in MODELS.items()},
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTED_PX,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # It takes short figures for upside-down ones: "0.00夫" was a sum.
            "Global.use_cls": False,
            "Global.log_level": "critical",
        }
    )


def _found(engine: Any, picture: Any) -> _Found:
    import numpy as np

    seen = engine(np.asarray(picture)[:, :, ::-1])  # as it wants them: blue first
    if seen.boxes is None:
        return []
    return [
        (str(text), corners.tolist(), float(score))
        for text, corners, score in zip(seen.txts, seen.boxes, seen.scores, strict=True)
    ]


def _sideways(found: _Found) -> bool:
    """Whether most texts stand on end."""
    tall = 0
    for _, (a, b, _, d), _ in found:
        tall += abs(d[1] - a[1]) + abs(d[0] - a[0]) > abs(b[0] - a[0]) + abs(b[1] - a[1])
    return 2 * tall > len(found)


def _labels(found: _Found) -> int:
    return sum(any(label_of(part) for part in plain(text).split(":")) for text, _, _ in found)


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # macOS does not keep this limit and may refuse to set it; the other two hold there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.nice(5)  # pages are answered first


if __name__ == "__main__":
    main()
