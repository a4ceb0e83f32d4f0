"""What the Python benchmarks share."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Only whether everything runs is to be seen.
TEST = sys.argv[1:] == ["--test"]


def build(*targets):
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--release", *targets], cwd=ROOT, check=True
    )


def machine():
    """What the figures hold for."""
    cpus = Path("/proc/cpuinfo").read_text().splitlines()
    models = (line.split(":")[1].strip() for line in cpus if line.startswith("model name"))
    return f"{next(models, 'unknown processor')}, {os.cpu_count()} cores"


def tell(file, report):
    """Prints a report and, when the user asks for it, keeps it in the source tree."""
    print(report)
    if os.environ.get("ISOTSAP_BLESS") == "1" and not TEST:
        (ROOT / "benches" / file).write_text(report)
