"""A checkpoint of the public GDSS code as a model file of sg-graphgen.

    sg-graphgen train community_small.train.g6 --preset gdss --steps 1 -o like.safetensors
    python3 gdss_convert.py gdss_community_small.pth like.safetensors out.safetensors

The second file, of the same sizes and paths (--width, --layers, --depth, --sde-x, --sde-a), gives the config: data's sizes
and the SDEs; the first gives the weights. Only tensors and plain containers are unpickled. Checkpoints with batch
normalisation, with networks whose inner nets have other than two layers, or of molecules are refused by their shapes.
"""
import collections
import pickle
import sys
import zipfile

import numpy as np

import modelfile

DTYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


def tensor(storage, offset, size, stride, *_):
    at = np.lib.stride_tricks.as_strided
    if size and offset + sum((n - 1) * k for n, k in zip(size, stride)) >= len(storage):
        raise ValueError("the checkpoint's tensors exceed their storage")
    return at(storage[offset:], size, [k * storage.itemsize for k in stride]).copy()


class Unpickler(pickle.Unpickler):
    def __init__(self, archive):
        self.archive, self.root = archive, archive.namelist()[0].split("/")[0]
        super().__init__(archive.open(self.root + "/data.pkl"))

    def find_class(self, module, name):
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        allowed = {("collections", "OrderedDict"): collections.OrderedDict, ("torch._utils", "_rebuild_tensor_v2"): tensor,
                   ("easydict", "EasyDict"): type("EasyDict", (dict,), {})}
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f"the checkpoint holds a {module}.{name}")
        return allowed[module, name]

    def persistent_load(self, pid):
        return np.frombuffer(self.archive.read(f"{self.root}/data/{pid[2]}"), pid[1])


def source(name):
    """Key in the checkpoint of a parameter, and what to do with its array."""
    part, rest, kind = name.split(".")
    k = rest[-1]
    if rest.startswith("conv"):
        return f"layers.{k}", False
    if rest.startswith("out"):
        return f"final.linears.{k}", True
    layer = f"layers.{part[1:]}."
    if rest in ("att", "adj"):
        return layer + "mlp.linears.0", True
    if rest == "pair":
        return layer + "mlp.linears.1", True
    if rest.startswith("node"):
        return layer + f"multi_channel.linears.{k}", True
    return layer + f"attn.{rest[1:]}.gnn_{rest[0]}", False


def main():
    public, like, out = sys.argv[1:]
    states = Unpickler(zipfile.ZipFile(public)).load()
    arrays, meta = modelfile.load(like)
    res = {}
    for key, old in arrays.items():
        if not key.startswith("gdss."):
            continue
        name = key[len("gdss."):]
        state = states["x_state_dict" if name.startswith("x.") else "adj_state_dict"]
        state = {k.replace("module.", "", 1) if k.startswith("module.") else k: v for k, v in state.items()}
        where, turn = source(name)
        new = state[where + (".bias" if name.endswith(".b") else ".weight")]
        if turn and new.ndim == 2:
            new = new.T
        if ".att." in name:
            new = new[:len(new) // 2]
        elif ".adj.w" in name:
            new = new[len(new) // 2:]
        if new.shape != old.shape:
            sys.exit(f"{name}: the checkpoint has {new.shape}, wanted {old.shape}")
        res[key] = np.ascontiguousarray(new, np.float32)
    modelfile.save(out, res, {k: meta[k] for k in ("format", "config")})


if __name__ == "__main__":
    main()
