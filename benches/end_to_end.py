#!/usr/bin/env python3
"""The analyzer beside tshark, over a capture of a million TPDUs that this script makes.

    cargo build --release --example analyze
    python3 benches/end_to_end.py

Each program's time over a capture of a hundred TPDUs is its start-up, and is taken off. Printed are
the medians of three runs, and the most memory a run had, which is no less than this script's own.
"""

import os
import random
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ANALYZE = Path(__file__).parent.parent / "target/release/examples/analyze"
TSHARK = ["tshark", "-n", "-r", None, "-T", "fields", "-e", "tpkt.reserved", "-e", "cotp.type"]
COMMANDS = {
    "tshark -T fields": TSHARK,
    "analyze": [str(ANALYZE), None],
    "analyze --json": [str(ANALYZE), "--json", None],
}
RUNS = 3
# TPKT lengths of DT TPDUs as S7 and MMS stations send them.
LENGTHS = [
    7, 22, 22, 22, 22, 22, 26, 26, 29, 31, 31, 31, 31, 33, 33, 36, 36, 38, 52, 69, 79, 79, 84, 109,
    117, 117, 146, 243, 243, 247, 247, 247,
]
TPDUS_OF_CONNECTION = 1000
PARAMETERS = bytes([0xC0, 1, 10, 0xC1, 2, 1, 0, 0xC2, 2, 1, 2])
FIN, SYN, PUSH, ACK = 1, 2, 8, 16


def tpkt(nsdu):
    return struct.pack(">BBH", 3, 0, 4 + len(nsdu)) + nsdu


def connection_tpdus(count, rng):
    """CR, CC, and data to and fro."""
    yield tpkt(bytes([17, 0xE0, 0, 0, 0, 1, 0]) + PARAMETERS)
    yield tpkt(bytes([17, 0xD0, 0, 1, 0, 2, 0]) + PARAMETERS)
    for _ in range(count - 2):
        length = rng.choice(LENGTHS)
        yield tpkt(bytes([2, 0xF0, 0x80 if length > 7 else 0]) + bytes(length - 7))


def write_capture(path, tpdus):
    """One TPDU a segment, client and server in turn, in connections one after the other."""
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


def run(command, capture):
    """Seconds, and MiB of memory at most."""
    command = [str(capture) if part is None else part for part in command]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command[0]} failed")
    return seconds, usage.ru_maxrss / 1024


def main():
    tpdus = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        captures = {100: Path(folder) / "start-up.pcap", tpdus: Path(folder) / "all.pcap"}
        for count, path in captures.items():
            write_capture(path, count)
        print(f"{tpdus} TPDUs in {captures[tpdus].stat().st_size >> 20} MiB\n")
        print("| | seconds | start-up | TPDUs/s | x tshark | MiB at most |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        tshark = None
        for name, command in COMMANDS.items():
            runs = {n: [run(command, path) for _ in range(RUNS)] for n, path in captures.items()}
            seconds, start_up = (
                statistics.median(time for time, _ in runs[n]) for n in (tpdus, 100)
            )
            rate = (tpdus - 100) / (seconds - start_up)
            tshark = tshark or rate
            memory = max(memory for _, memory in runs[tpdus])
            print(
                f"| `{name}` | {seconds:.2f} | {start_up:.2f} | {rate:.0f} | {rate / tshark:.1f}"
                f" | {memory:.0f} |"
            )


main()
