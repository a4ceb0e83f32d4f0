#!/usr/bin/env python3
"""The program beside tshark, over a capture of a million TPDUs that this script makes.

    python3 benches/end_to_end.py

Wants tshark, and GNU time for the memory. Builds the program, prints a table and, with ISOTSAP_BLESS in the
environment, writes it to benches/end_to_end.md. Each program's time over a capture of a hundred TPDUs is its
start-up, and is taken off. `--test` takes a small capture, and only sees whether everything runs.
"""

import random
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import ROOT, TEST, build, machine, tell

PROGRAM = ROOT / "target/release/isotsap"
TPDUS = 20_000 if TEST else 1_000_000
START_UP = 100
TSHARK = ["tshark", "-n", "-r", None, "-T", "fields", "-e", "tpkt.reserved", "-e", "cotp.type"]
# And how the line of a TPDU begins.
COMMANDS = {
    "tshark -T fields": (TSHARK, rb"\S"),
    "isotsap": ([str(PROGRAM), None], rb" *\d+ +\d+\.\d"),
    "isotsap --json": ([str(PROGRAM), "--json", None], rb"{"),
}
RUNS = 5
ABOUT = """\
A capture of {tpdus} TPDUs, one per segment, in connections of a thousand, {size} MiB; both programs write to
/dev/null. Medians of {runs} runs. Start-up is the time for {start_up} TPDUs, and is subtracted before rates are
compared. tshark is `tshark -n -T fields -e tpkt.reserved -e cotp.type` with all its dissectors; isotsap
has dissectors of two protocols.

"""
# TPKT lengths of DT TPDUs as S7 and MMS stations send them.
LENGTHS = [int(length) for length in (ROOT / "benches/common/lengths.txt").read_text().split()]
TPDUS_OF_CONNECTION = 1000
PARAMETERS = bytes([0xC0, 1, 10, 0xC1, 2, 1, 0, 0xC2, 2, 1, 2])
FIN, SYN, PUSH, ACK = 1, 2, 8, 16


def tpkt(nsdu):
    return struct.pack(">BBH", 3, 0, 4 + len(nsdu)) + nsdu


def connection_tpdus(count, rng):
    """CR, CC, and data in both directions."""
    yield tpkt(bytes([17, 0xE0, 0, 0, 0, 1, 0]) + PARAMETERS)
    yield tpkt(bytes([17, 0xD0, 0, 1, 0, 2, 0]) + PARAMETERS)
    for _ in range(count - 2):
        length = rng.choice(LENGTHS)
        yield tpkt(bytes([2, 0xF0, 0x80 if length > 7 else 0]) + bytes(length - 7))


def write_capture(path, tpdus):
    """One TPDU per segment, client and server in turn, in connections one after the other."""
    rng = random.Random(1006)
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        now = 0

        def frame(client, from_client, sequences, flags, payload=b""):
            nonlocal now
            ends = [(bytes([10, 0, client >> 8, client & 255]), 50000), (bytes([10, 1, 0, 1]), 102)]
            sender = 0 if from_client else 1
            (source, source_port), (destination, destination_port) = ends[sender], ends[1 - sender]
            tcp = struct.pack(
                ">HHIIBBHHH", source_port, destination_port, sequences[sender],
                sequences[1 - sender] if flags & ACK else 0, 0x50, flags, 8192, 0, 0,
            )  # fmt: skip
            total = 20 + len(tcp) + len(payload)
            ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, total, 0, 0, 64, 6, 0, source, destination)
            octets = bytes(12) + b"\x08\x00" + ip + tcp + payload
            seconds, micros = divmod(now, 1_000_000)
            file.write(struct.pack("<IIII", seconds, micros, len(octets), len(octets)) + octets)
            now += 100
            sequences[sender] += len(payload) + (1 if flags & (SYN | FIN) else 0)

        client = 0
        while tpdus > 0:
            count = min(tpdus, TPDUS_OF_CONNECTION)
            sequences = [1000, 5000]
            frame(client, True, sequences, SYN)
            frame(client, False, sequences, SYN | ACK)
            frame(client, True, sequences, ACK)
            for index, octets in enumerate(connection_tpdus(count, rng)):
                frame(client, index % 2 == 0, sequences, PUSH | ACK, octets)
            frame(client, True, sequences, FIN | ACK)
            frame(client, False, sequences, FIN | ACK)
            frame(client, True, sequences, ACK)
            tpdus -= count
            client += 1


def filled(command, capture):
    return [str(capture) if part is None else part for part in command]


def run(command, capture):
    """Seconds, and MiB of memory at most. A process that Python starts would count Python's memory."""
    start = time.perf_counter()
    process = subprocess.run(
        ["/usr/bin/time", "-f", "%M", *filled(command, capture)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed: {process.stderr}")
    return seconds, int(process.stderr.split()[-1]) / 1024


def tpdus_shown(command, line_of_tpdu, capture):
    is_tpdu = re.compile(line_of_tpdu).match
    command = filled(command, capture)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        shown = sum(1 for line in process.stdout if is_tpdu(line))
    if process.returncode != 0:
        sys.exit(f"{command[0]} fails")
    return shown


def main():
    for program in ("tshark", "/usr/bin/time"):
        if not shutil.which(program):
            sys.exit(f"{program} is not installed")
    build("isotsap-cli")
    with tempfile.TemporaryDirectory() as folder:
        captures = {n: Path(folder) / f"{n}.pcap" for n in (START_UP, TPDUS)}
        for count, path in captures.items():
            write_capture(path, count)
        size = captures[TPDUS].stat().st_size >> 20
        tshark = subprocess.run(["tshark", "--version"], capture_output=True, text=True).stdout
        version = tshark.split()[2].rstrip(".")
        report = f"# From a capture to text\n\n{machine()}, tshark {version}.\n\n"
        report += ABOUT.format(tpdus=TPDUS, size=size, runs=RUNS, start_up=START_UP)
        report += f"| | seconds | start-up | TPDUs/s | x tshark | MiB at most | for {START_UP} TPDUs |\n"
        report += "| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        of_tshark = None
        for name, (command, line_of_tpdu) in COMMANDS.items():
            for count, path in captures.items():
                shown = tpdus_shown(command, line_of_tpdu, path)
                if shown != count:
                    sys.exit(f"{name} shows {shown} of {count} TPDUs")
            runs = {n: [run(command, path) for _ in range(RUNS)] for n, path in captures.items()}
            seconds, start_up = (
                statistics.median(time for time, _ in runs[n]) for n in (TPDUS, START_UP)
            )
            rate = (TPDUS - START_UP) / max(seconds - start_up, 1e-3)
            of_tshark = of_tshark or rate
            memory, memory_of_few = (max(memory for _, memory in runs[n]) for n in (TPDUS, START_UP))
            report += (
                f"| `{name}` | {seconds:.2f} | {start_up:.2f} | {rate:.0f} | {rate / of_tshark:.1f}"
                f" | {memory:.1f} | {memory_of_few:.1f} |\n"
            )
    tell("end_to_end.md", report)


main()
