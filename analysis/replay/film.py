"""A film of one stored history: the map with the columns on their way, the date, and the claims as they come.

It plays a scene (analysis.replay.scene); a frame is a few hours. With ffmpeg it is an mp4, without it a gif.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from PIL import Image

from analysis.figures.base.canvas import in_style, missing_letters_told
from analysis.figures.base.outlines import Outline
from analysis.replay.film_stage import PIXELS, FilmCanvas, Scene
from sim.scenario.network import Network

RATE = 12  # frames a second
LONG_RUN, FRAME_HOURS = 24 * 40, (3, 6)  # h a frame: of a run up to so long, and of a longer one
PALETTE_FRAMES, PALETTE_SIZE = 6, 96  # frames whose colours a gif has, and how many
ENCODE = (
    *("-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgba", "-s", "{}x{}".format(*PIXELS)),
    *("-r", str(RATE), "-i", "-", "-an", "-c:v", "h264", "-pix_fmt", "yuv420p"),
    *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "mp4"),
)
"""What ffmpeg is told: raw frames come, and the same frames give the same bytes."""

FrameProgress = Callable[[int, int], None]
"""Is called for each frame: how many more are done, how many more failed."""


def can_encode() -> bool:
    """Whether ffmpeg is there, so that an mp4 can be written."""
    return shutil.which("ffmpeg") is not None


def write(
    scene: Scene,
    network: Network,
    outlines: Sequence[Outline],
    path: Path,
    progress: FrameProgress = lambda done, failed: None,
    *,
    frame_hours: Sequence[int] | None = None,
) -> int:
    """Write a film (.mp4; any other name: a gif) of a scene; returns how many frames it has.

    `progress` is called once a frame. `frame_hours` are the hours of frames (h after hour 0 of the scene, at
    least one), those of `hours` by default. It comes to `path` when it is whole. Raises OSError if it cannot
    be written, FileNotFoundError among them if an mp4 is wanted and ffmpeg is not there.
    """
    aside = path.with_name(f".aside-{path.name}")
    frame_hours = list(hours(scene)) if frame_hours is None else frame_hours
    encode = _mp4 if path.suffix == ".mp4" else _gif
    try:
        with in_style(), missing_letters_told():
            stage = FilmCanvas(scene, network, outlines)
            encode(aside, stage, frame_hours, progress)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return len(frame_hours)


def hours(scene: Scene) -> Iterator[int]:
    """The hours that are shown (h after hour 0 of the scene): every 3 or 6 from its first, and its last."""
    first, end = int(scene["begins"]), int(scene["hours"])
    step = FRAME_HOURS[end - first > LONG_RUN]
    yield from range(first, end, step)
    yield end


def _frames(stage: FilmCanvas, frame_hours: Iterable[int], progress: FrameProgress) -> Iterator[bytes]:
    """The pictures of some hours, RGBA bytes of PIXELS each."""
    for hour in frame_hours:
        yield stage.picture(hour)
        progress(1, 0)


def _mp4(path: Path, stage: FilmCanvas, frame_hours: Sequence[int], progress: FrameProgress) -> None:
    """Have ffmpeg write the frames. Raises OSError."""
    command = ["ffmpeg", *ENCODE, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        assert encoder.stderr is not None
        try:
            for frame in _frames(stage, frame_hours, progress):
                encoder.stdin.write(frame)
            encoder.stdin.close()
        except BrokenPipeError:
            pass  # what it says of why comes below
        error_text = encoder.stderr.read().decode(errors="replace").strip()
    if encoder.returncode:
        reason = error_text.splitlines()[-1] if error_text else "failed"
        raise OSError(encoder.returncode, f"ffmpeg: {reason}")


def _gif(path: Path, stage: FilmCanvas, frame_hours: Sequence[int], progress: FrameProgress) -> None:
    """Write the frames in the colours of a few: so only what moves is stored of each. Raises OSError."""
    step = max(1, len(frame_hours) // PALETTE_FRAMES)
    some = [_image(stage.picture(hour)) for hour in frame_hours[::step]]
    strip = Image.new("RGB", (PIXELS[0], PIXELS[1] * len(some)))
    for number, image in enumerate(some):
        strip.paste(image, (0, PIXELS[1] * number))
    palette = strip.quantize(PALETTE_SIZE, method=Image.Quantize.MAXCOVERAGE)
    images = (
        _image(frame).quantize(palette=palette, dither=Image.Dither.NONE)
        for frame in _frames(stage, frame_hours, progress)
    )
    first = next(images)
    first.save(path, format="GIF", save_all=True, append_images=images, duration=1000 // RATE, loop=0)


def _image(frame: bytes) -> Image.Image:
    return Image.frombytes("RGBA", PIXELS, frame).convert("RGB")
