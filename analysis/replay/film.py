"""A film of one stored history: the map with the columns on their way, the date, and the claims as they come.

It plays a scene (analysis.replay.scene); a frame is a few hours. With ffmpeg it is an mp4, without it a gif.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from matplotlib import style
from PIL import Image

from analysis.figures.base.outlines import Outline
from analysis.figures.base.style import STYLE
from analysis.replay.film_stage import PIXELS, Scene, Stage
from sim.scenario.network import Network

RATE = 12  # frames a second
LONG, STEPS = 24 * 40, (3, 6)  # h a frame: of a run up to so long, and of a longer one
SAMPLES, COLOURS = 6, 96  # frames whose colours a gif has, and how many
ENCODE = (
    *("-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", "{}x{}".format(*PIXELS)),
    *("-r", str(RATE), "-i", "-", "-an", "-c:v", "h264", "-pix_fmt", "yuv420p"),
    *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "mp4"),
)
"""What ffmpeg is told: raw frames come, and the same frames give the same bytes."""

Told = Callable[[int, int], None]


def can_encode() -> bool:
    """Whether ffmpeg is there, so that an mp4 can be written."""
    return shutil.which("ffmpeg") is not None


def write(
    scene: Scene,
    network: Network,
    outlines: Sequence[Outline],
    path: Path,
    moments: Any,
    told: Told = lambda done, failed: None,
    *,
    shown: Sequence[int] | None = None,
) -> int:
    """Write a film (.mp4, .gif) of a scene; returns its frames. `moments` gives the moment (UTC) of an hour.

    `told` is told of each frame (how many more, how many failed). `shown` are the hours of frames, those of
    `hours` by default. Raises OSError if it cannot be written.
    """
    aside = path.with_name(f".aside-{path.name}")
    shown = list(hours(scene)) if shown is None else shown
    encode = _mp4 if path.suffix == ".mp4" else _gif
    try:
        with style.context([STYLE, {"text.parse_math": False}]):
            stage = Stage(scene, network, outlines, moments)
            encode(aside, stage, shown, told)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return len(shown)


def hours(scene: Scene) -> Iterator[int]:
    """The hours that are shown, the last one too."""
    first, end = int(scene["begins"]), int(scene["hours"])
    step = STEPS[end - first > LONG]
    yield from range(first, end, step)
    yield end


def _frames(stage: Stage, shown: Iterable[int], told: Told) -> Iterator[bytes]:
    for hour in shown:
        yield stage.picture(hour)
        told(1, 0)


def _mp4(path: Path, stage: Stage, shown: Sequence[int], told: Told) -> None:
    """Have ffmpeg write the frames. Raises OSError."""
    command = ["ffmpeg", *ENCODE, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        assert encoder.stderr is not None
        try:
            for frame in _frames(stage, shown, told):
                encoder.stdin.write(frame)
            encoder.stdin.close()
        except BrokenPipeError:
            pass  # what it says of why comes below
        said = encoder.stderr.read().decode(errors="replace").strip()
    if encoder.returncode:
        raise OSError(encoder.returncode, f"ffmpeg: {said.splitlines()[-1] if said else 'failed'}")


def _gif(path: Path, stage: Stage, shown: Sequence[int], told: Told) -> None:
    """Write the frames in the colours of a few: so only what moves is stored of each. Raises OSError."""
    some = [_image(stage.picture(hour)) for hour in shown[:: max(1, len(shown) // SAMPLES)]]
    strip = Image.new("RGB", (PIXELS[0], PIXELS[1] * len(some)))
    for number, image in enumerate(some):
        strip.paste(image, (0, PIXELS[1] * number))
    palette = strip.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
    drawn = (
        _image(frame).quantize(palette=palette, dither=Image.Dither.NONE)
        for frame in _frames(stage, shown, told)
    )
    first = next(drawn)
    first.save(path, format="GIF", save_all=True, append_images=drawn, duration=1000 // RATE, loop=0)


def _image(frame: bytes) -> Image.Image:
    return Image.frombytes("RGBA", PIXELS, frame).convert("RGB")
