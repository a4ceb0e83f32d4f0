#!/usr/bin/env python3
"""From Python: batches through cffi into numpy arrays, beside dpkt and scapy, in one run.

    pip install cffi numpy dpkt scapy
    python3 benches/python.py

Builds the library, prints a table and, with ISOTSAP_BLESS in the environment, writes it to
benches/python.md. The TPDUs are DT in TPKTs of 32 octets. dpkt reads the four octets of the TPKT header;
scapy has no TPKT of its own, so it gets one here, with the three octets of the DT. `--test` only sees
whether everything runs.
"""

import statistics
import subprocess
import sys
import time
from importlib.metadata import version

import cffi
import dpkt
import numpy as np
from report import ROOT, TEST, build, machine, tell
from scapy.fields import BitField, ByteField, ShortField
from scapy.packet import Packet, bind_layers

ABOUT = """\
A batch is one call through cffi: DT TPDUs in TPKTs of 32 octets in one numpy array, packets, records and items
in others; then the worst severity and the amount of user data are computed from the records. dpkt reads the TPKT
header from a slice of four octets; scapy decodes TPKT and DT. Medians.
"""
TPKT = bytes([3, 0, 0, 32, 2, 0xF0, 0x80]) + b"\x55" * 25


class ScapyTpkt(Packet):
    name = "TPKT"
    fields_desc = [ByteField("version", 3), ByteField("reserved", 0), ShortField("length", None)]


class ScapyDt(Packet):
    name = "COTP DT"
    fields_desc = [
        ByteField("li", 2),
        BitField("code", 15, 4),
        BitField("credit", 0, 4),
        BitField("eot", 1, 1),
        BitField("number", 0, 7),
    ]


bind_layers(ScapyTpkt, ScapyDt)


def open_library():
    build("isotsap")
    header = subprocess.run(
        ["cc", "-E", "-P", str(ROOT / "include/isotsap.h")], capture_output=True, text=True, check=True
    ).stdout
    ffi = cffi.FFI()
    start = header.index("enum isotsap_")  # behind what stdint.h declares
    ffi.cdef(header[start:])
    return ffi, ffi.dlopen(str(ROOT / "target/release/libisotsap.so"))


def dtype_of(ffi, name):
    """The numpy type of a struct, member by member as the header has it."""
    struct = ffi.typeof(name)
    kinds = {1: "u1", 2: "u2", 4: "u4", 8: "u8"}
    names, formats, offsets = [], [], []
    for member, field in struct.fields:
        length = getattr(field.type, "length", None)
        size = ffi.sizeof(field.type) // (length or 1)
        names.append(member)
        formats.append((kinds[size], length) if length else kinds[size])
        offsets.append(field.offset)
    return np.dtype(
        {"names": names, "formats": formats, "offsets": offsets, "itemsize": ffi.sizeof(struct)}
    )


class Batch:
    """What a host keeps: the octets, where the packets are, and room for the output."""

    def __init__(self, ffi, lib, count, with_items):
        self.ffi, self.lib = ffi, lib
        self.octets = np.frombuffer(TPKT * count, np.uint8)
        self.packets = np.zeros(count, dtype_of(ffi, "isotsap_packet"))
        self.packets["offset"] = np.arange(count) * len(TPKT)
        self.packets["captured"] = self.packets["reported"] = len(TPKT)
        self.pdus = np.zeros(count, dtype_of(ffi, "isotsap_pdu"))
        items = max(10 * count, lib.ISOTSAP_MINIMUM_ITEMS) if with_items else 0
        self.items = np.zeros(items, dtype_of(ffi, "isotsap_item"))

    def array(self, kind, array):
        return self.ffi.from_buffer(f"{kind}[]", array) if len(array) else self.ffi.NULL

    def dissect(self):
        result = self.ffi.new("isotsap_result *")
        result.struct_size = self.ffi.sizeof("isotsap_result")
        status = self.lib.isotsap_dissect(
            self.ffi.NULL, self.ffi.NULL,
            self.array("uint8_t", self.octets), len(self.octets),
            self.array("isotsap_packet", self.packets), len(self.packets),
            self.array("isotsap_pdu", self.pdus), len(self.pdus),
            self.array("isotsap_item", self.items), len(self.items),
            result,
        )  # fmt: skip
        assert status == 0 and result.pdus_written == len(self.pdus)
        # What an analyzer would ask next: whether any TPDU is worth a look, and how much data came.
        assert self.pdus["severity"].max() == 0
        assert self.pdus["user_data_length"].sum() == 25 * len(self.pdus)


def dpkt_all(count):
    octets = TPKT * count
    at = 0
    while at < len(octets):
        at += dpkt.tpkt.TPKT(octets[at : at + 4]).len


def scapy_all(count):
    for _ in range(count):
        assert ScapyTpkt(TPKT)[ScapyDt].eot == 1


def measured(run, count):
    """Nanoseconds per TPDU, the median of runs that take a second together."""
    times = []
    while len(times) < 3 or (sum(times) < 1 and not TEST):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e9 / count


def main():
    ffi, lib = open_library()
    rows = []
    for with_items in (False, True):
        for count in (1, 100, 10_000, 1_000_000):
            batch = Batch(ffi, lib, count, with_items)
            name = "records and items" if with_items else "records"
            rows.append((f"{name}, a batch of {count}", measured(batch.dissect, count)))
    rows.append(("dpkt, TPKT header", measured(lambda: dpkt_all(20_000), 20_000)))
    rows.append(("scapy, TPKT and DT", measured(lambda: scapy_all(1000), 1000)))
    versions = ", ".join(f"{name} {version(name)}" for name in ("cffi", "numpy", "dpkt", "scapy"))
    report = f"# From Python\n\n{machine()}, Python {sys.version.split()[0]}, {versions}.\n\n{ABOUT}\n"
    report += "| | ns per TPDU |\n| --- | ---: |\n"
    report += "".join(f"| {name} | {nanoseconds:.1f} |\n" for name, nanoseconds in rows)
    tell("python.md", report)


main()
