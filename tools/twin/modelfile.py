"""Model files of sigen from Python: safetensors with a checksum in the metadata (see sigen-model(5)).

    arrays, meta = modelfile.load("m.safetensors")          # {name: numpy array}, {key: text}
    modelfile.save("m.safetensors", arrays, meta, bf16=("heavy.",))

Needs numpy only. Arrays keep the order of the dict. load() verifies the checksum; save() writes the
same bytes as the C writer does for the same arrays and metadata. bf16: prefixes of names to be
stored as BF16, rounded to nearest, ties to even; BF16 and F16 are loaded as float32.
"""
import hashlib
import json
import os
import struct

import numpy as np

DTYPES = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I64": "<i8", "U8": "u1", "BF16": "<u2"}
NAMES = {np.dtype(v): k for k, v in DTYPES.items() if k not in ("BF16", "F16")}
ZEROS = "0" * 64


def digest(raw, digits):
    """SHA-256 of the file with the 64 bytes `digits` in its header read as zeros."""
    header_end = 8 + struct.unpack("<Q", raw[:8])[0]
    at = raw.find(digits, 8, header_end)
    if len(digits) != 64 or at < 0:
        raise ValueError("no plain sha256 in the header")
    return hashlib.sha256(raw[:at] + ZEROS.encode() + raw[at + 64:]).hexdigest()


def loads(raw):
    n = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + n])
    meta = header.pop("__metadata__", {})
    if digest(raw, meta.get("sha256", "").encode()) != meta["sha256"]:
        raise ValueError("the model file is damaged: its SHA-256 does not match")
    arrays = {}
    for name, e in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = e["data_offsets"]
        x = np.frombuffer(raw[8 + n + begin:8 + n + end], DTYPES[e["dtype"]])
        if e["dtype"] == "BF16":
            x = (x.astype(np.uint32) << 16).view(np.float32)
        elif e["dtype"] == "F16":
            x = x.astype(np.float32)
        arrays[name] = x.reshape(e["shape"]).copy()
    del meta["sha256"]
    return arrays, meta


def to_bf16(x):
    u = np.ascontiguousarray(x, "<f4").view(np.uint32)
    return ((u + 0x7fff + ((u >> 16) & 1)) >> 16).astype("<u2")


def dumps(arrays, meta, bf16=()):
    header = {"__metadata__": {"sha256": ZEROS, **meta}}
    parts, at = [], 0
    for name, x in arrays.items():
        x = np.asarray(x)
        if x.dtype.kind == "f" and not np.isfinite(x).all():
            raise ValueError(f"array '{name}' holds NaN or infinity")
        dtype, shape = NAMES[x.dtype.newbyteorder("<")], list(x.shape)
        if dtype == "F32" and name.startswith(tuple(bf16)):
            dtype, x = "BF16", to_bf16(x)
        data = x.astype(DTYPES[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + len(data)]}
        parts.append(data)
        at += len(data)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-(8 + len(text)) % 64)
    raw = struct.pack("<Q", len(text)) + text + b"".join(parts)
    return raw.replace(ZEROS.encode(), digest(raw, ZEROS.encode()).encode(), 1)


def load(path):
    with open(path, "rb") as f:
        return loads(f.read())


def save(path, arrays, meta, bf16=()):
    tmp = f"{path}.part"
    with open(tmp, "wb") as f:
        f.write(dumps(arrays, meta, bf16))
        f.flush()
        os.fsync(f.fileno())
    os.replace(tmp, path)
