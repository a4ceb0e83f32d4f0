"""
Starts a server of a real stack on a port of loopback: `serve.py s7|mms PORT`. It runs until its
standard input ends, so that it never outlives the test.
"""

import sys


def s7(port):
    """snap7's server in C++, with one data block."""
    from ctypes import c_uint8
    from snap7.server import Server
    from snap7.type import SrvArea

    server = Server(log=False)
    memory = (c_uint8 * 64)()
    server.register_area(SrvArea.DB, 1, memory)
    server.start_to("127.0.0.1", port)
    return server, memory


def mms(port):
    """libIEC61850's server, with the smallest model."""
    from pyiec61850 import pyiec61850 as iec

    model = iec.IedModel_create("oracle")
    iec.LogicalNode_create("LLN0", iec.LogicalDevice_create("device", model))
    server = iec.IedServer_create(model)
    iec.IedServer_setLocalIpAddress(server, "127.0.0.1")
    iec.IedServer_start(server, port)
    if not iec.IedServer_isRunning(server):
        sys.exit(f"port {port} is not free")
    return server, model


kept = {"s7": s7, "mms": mms}[sys.argv[1]](int(sys.argv[2]))
print("ready", flush=True)
sys.stdin.read()
