"""What the Python benchmarks share."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Only whether everything runs is to be seen.
TEST = sys.argv[1:] == ["--test"]


def build(package):
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--release", "--package", package], cwd=ROOT, check=True
    )


def machine():
    """What the figures hold for."""
    lines = [line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line]
    # Of the first processor.
    of = {name.strip(): value.strip() for name, value in reversed(lines)}
    name, family, model = (of.get(key, "unknown") for key in ("model name", "cpu family", "model"))
    return f"{name} (family {family}, model {model}), {os.cpu_count()} cores"


def tell(file, report):
    """Prints a report and, when the user asks for it, keeps it in the source tree."""
    print(report)
    if os.environ.get("ISOTSAP_BLESS") == "1" and not TEST:
        (ROOT / "benches" / file).write_text(report)
