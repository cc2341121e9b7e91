"""The portable baseline with several Pythons, C libraries' code paths and modes, number by number.

    python benchmarks/platforms.py PYTHON [PYTHON ...]

Each PYTHON is an interpreter that has the libraries; each is tried as it is and with the C library's
FMA and AVX code paths off (GLIBC_TUNABLES) and NumPy's too (NPY_DISABLE_CPU_FEATURES), plain and compiled; on
Linux with a C compiler also with a libm that is off by one unit in the last place (off_by_one.c).
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
OFF = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-AVX512F",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX",
    "NUMBA_CPU_NAME": "x86-64",
    "NUMBA_CPU_FEATURES": "",
}

VERSIONS = """
import importlib.metadata as m, platform
found = [f"{name} {m.version(name)}" for name in ("numpy", "numba", "scipy", "pyproj")]
print("Python", platform.python_version(), *found)
"""


def paths(folder: Path) -> dict[str, dict[str, str]]:
    """What is tried, with its environment."""
    tried = {"as it is": {}, "without FMA and AVX": OFF}
    compiler = shutil.which("cc")
    if compiler and sys.platform.startswith("linux"):
        library = str(folder / "off_by_one.so")
        source = str(HERE / "off_by_one.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        tried["a C library off by one unit"] = {"LD_PRELOAD": library}
    return tried


def saved(python: str, off: dict[str, str], mode: list[str], file: Path) -> dict[str, np.ndarray]:
    """The tables that one interpreter gives."""
    environment = os.environ | off | {"PYTHONPATH": str(HERE.parent), "PYTHONWARNINGS": "ignore"}
    call = [python, str(HERE / "portable.py"), *mode, "--save", str(file)]
    subprocess.run(call, check=True, env=environment, stdout=subprocess.DEVNULL)
    with np.load(file) as found:
        return dict(found)


def differing(first: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> tuple[int, int]:
    """How many numbers there are, and how many differ in a bit; tables of other shapes differ in all."""
    count = unequal = 0
    for name, array in first.items():
        words = array.view("u8")
        count += words.size
        same = name in other and other[name].shape == array.shape
        unequal += int(np.sum(words != other[name].view("u8"))) if same else words.size
    return count, unequal


def main() -> None:
    """Compare each with the first."""
    print(f"{platform.platform()}")
    first: dict[str, np.ndarray] = {}
    with tempfile.TemporaryDirectory() as folder:
        for python in sys.argv[1:]:
            call = [python, "-c", VERSIONS]
            what = subprocess.run(call, check=True, capture_output=True, text=True).stdout.strip()
            for path, off in paths(Path(folder)).items():
                for mode in ([], ["--plain"]):
                    found = saved(python, off, mode, Path(folder) / "tables.npz")
                    first = first or found
                    count, unequal = differing(first, found)
                    print(
                        f"{what}, {path}, {'plain' if mode else 'compiled'}: {unequal} of {count} differ",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
