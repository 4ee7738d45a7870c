"""Writing the fixtures of the C engine's tests, or with --check making them anew and comparing: what the scripts that
make them share. The last argument is their folder; exit status 1 where one differs."""
import os
import sys

import numpy as np

import modelfile


def exact(x):
    """The same in float64, after rounding to float32."""
    return np.asarray(x, np.float32).astype(np.float64)


def randomise(net, rng, gain=0.8):
    """Weights of a Network that hide no mistake: no start values of 0, no symmetric accidents; in float64."""
    net.double()
    for k, p in net.w.items():
        sd = 0.3 if p.dim() == 1 else gain / np.sqrt(p.shape[0])
        p.data.copy_(p.data.new_tensor(exact(rng.normal(0, sd, tuple(p.shape)) if p.requires_grad else p.data.numpy())))
    return net


def differences(old, new):
    """Names of tensors that are missing, or off by more than 2e-6 of their largest element."""
    wrong = sorted(set(old) ^ set(new))
    for k in sorted(set(old) & set(new)):
        scale = np.abs(old[k]).max(initial=0)
        if old[k].shape != new[k].shape or np.abs(old[k] - new[k]).max(initial=0) > 2e-6 * (1e-3 + scale):
            wrong.append(k)
    return wrong


def main(cases):
    """cases: {name: function that gives the tensors and the metadata of NAME.safetensors}"""
    bad = False
    for name, make in cases.items():
        path = os.path.join(sys.argv[-1], f"{name}.safetensors")
        new, meta = make()
        if "--check" not in sys.argv:
            modelfile.save(path, new, meta)
            print(f"{path}: {os.path.getsize(path)} bytes")
            continue
        old, _ = modelfile.load(path)
        wrong = differences(old, new)
        print(f"{'not ok' if wrong else 'ok'} - {name}: {len(old)} tensors " + " ".join(wrong[:5]))
        bad |= bool(wrong)
    sys.exit(bad)
