"""PyTorch's times for the blocks that sigen's own engine is compared with, as one JSON object.

    /usr/bin/python3 tests/bench/torch_step.py --threads 1 [--repeat 15] [--only mp,step] [--dims d=192,H=12] [--batch 128]

mp       one message-passing layer, forward and backward: S = 64 molecules of n = 18 atoms, all n*n edges,
         node width 128, edge width 64, hidden 256. With x (n,128), e (n,n,64), positions r (n,3), d = |r_i-r_j|:
           m  = silu(silu(x_i Wa + x_j Wb + e We + d wd + b1) W2 + b2)            64
           e' = e + m,   s_i = sum_j sigmoid(m wg + bg) m
           x' = x + silu(x W3 + s W4 + b3) W5 + b5                                hidden 256
           r' = r + 1/n sum_j (r_i - r_j) (m wr)
         Loss: mean squares of x', e' and r'. mp_concat is the same function with [x_i, x_j, e, d] concatenated.
step     the heavy network of molgen (d 128, K 16, P 32, H 8, F 256, L 6, or --dims), batch 128 of n = 9, no self-
         conditioning: forward + backward; its forward without gradient; the optimiser (Muon + AdamW + EMA) by itself.
Each value: milliseconds {"wall": [median, best], "cpu": [median, best]} of one call; cpu is summed over threads.
Which BLAS PyTorch uses decides much: it is named in "blas", its kernels in "kernels".
"""
import argparse
import ctypes
import json
import os
import statistics
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "twin"))

S, N, D, E, H = 64, 18, 128, 64, 256


def blas():
    """Files of the BLAS libraries that are loaded."""
    names = set()
    with open("/proc/self/maps") as f:
        for line in f:
            path = os.path.realpath(line.split()[-1])
            base = os.path.basename(path)
            if base.startswith("lib") and "cublas" not in base and any(k in base for k in ("blas", "blis", "mkl_")):
                names.add(path)
    return sorted(names)


def kernels(paths):
    """The processor whose kernels OpenBLAS chose."""
    for path in paths:
        if "openblas" in path:
            f = ctypes.CDLL(path).openblas_get_corename
            f.restype = ctypes.c_char_p
            return f().decode()
    return None


def measure(f, repeat):
    for _ in range(3):
        f()
    wall, cpu = [], []
    for _ in range(repeat):
        c, w = time.process_time(), time.perf_counter()
        f()
        wall.append(1e3 * (time.perf_counter() - w))
        cpu.append(1e3 * (time.process_time() - c))
    return {k: [round(statistics.median(v), 3), round(min(v), 3)] for k, v in (("wall", wall), ("cpu", cpu))}


def message_passing(torch, concat):
    F = torch.nn.functional
    torch.manual_seed(1)

    def weight(rows, cols):
        return (torch.randn(rows, cols) / rows ** 0.5).requires_grad_()

    def bias(cols):
        return torch.zeros(cols).requires_grad_()

    wa, wb, we, wd, b1 = weight(D, E), weight(D, E), weight(E, E), weight(1, E), bias(E)
    w2, b2, wg, bg, wr = weight(E, E), bias(E), weight(E, 1), bias(1), weight(E, 1)
    w3, w4, b3, w5, b5 = weight(D, H), weight(E, H), bias(H), weight(H, D), bias(D)
    whole = torch.cat([wa, wb, we, wd]).detach().requires_grad_()
    params = [w2, b2, wg, bg, wr, w3, w4, b3, w5, b5, b1] + ([whole] if concat else [wa, wb, we, wd])
    x, e, r = torch.randn(S, N, D), torch.randn(S, N, N, E), torch.randn(S, N, 3)

    def forward():
        d3 = r[:, :, None] - r[:, None]
        d = (d3.square().sum(-1, keepdim=True) + 1e-8).sqrt()
        if concat:
            xi, xj = x[:, :, None].expand(S, N, N, D), x[:, None].expand(S, N, N, D)
            u = torch.cat([xi, xj, e, d], -1) @ whole + b1
        else:
            u = (x @ wa)[:, :, None] + (x @ wb)[:, None] + e @ we + d @ wd + b1
        m = F.silu(F.silu(u) @ w2 + b2)
        e2 = e + m
        s = (torch.sigmoid(m @ wg + bg) * m).sum(2)
        x2 = x + F.silu(x @ w3 + s @ w4 + b3) @ w5 + b5
        r2 = r + (d3 * (m @ wr)).mean(2)
        return x2, e2, r2

    def run():
        for p in params:
            p.grad = None
        sum(y.square().mean() for y in forward()).backward()

    return run, quiet(torch, forward)


def quiet(torch, f):
    """f without recording for backward."""
    def run():
        with torch.inference_mode():
            f()
    return run


def heavy_step(torch, train, dims, batch):
    import molgen
    torch.manual_seed(1)
    n = 9
    dims = dict(d=128, K=16, P=32, H=8, F=256, L=6, C=20, B=4, Q=6, N=n) | dims
    C, B, Q = dims["C"], dims["B"], dims["Q"]
    net = molgen.net("heavy", dims)
    opt = train.Optimiser(net, argparse.Namespace(lr=1.5e-3, muon_lr=0.02, ema=0.999))
    m = n * (n - 1) // 2
    b = {"a": torch.randint(C + 1, (batch, n)), "b": torch.randint(B + 1, (batch, m)), "x": torch.randn(batch, n, 3),
         "t": torch.rand(batch), "x1": torch.randn(batch, n, 3), "class": torch.randint(C, (batch, n)),
         "bond": torch.randint(B, (batch, m)), "y": torch.randn(batch, Q), "k": (torch.rand(batch, Q) < 0.5).float()}

    def forward():
        return net(b["a"], b["b"], b["x"], None, b["t"], b["y"], b["k"])

    def run():
        molgen.loss("heavy", C, B, forward(), b)[0].backward()

    def update():
        opt.g.normal_()
        opt.step(1e-6)

    def whole():
        run()
        opt.step(1e-6)

    return run, quiet(torch, forward), update, whole


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--repeat", type=int, default=15)
    p.add_argument("--only", default="mp,step")
    p.add_argument("--dims", default="", help="sizes of the step's network other than the above")
    p.add_argument("--batch", type=int, default=128)
    o = p.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(o.threads)      # before torch is loaded: its BLAS reads it
    import torch
    import train                                        # NumPy is loaded before denormals are flushed: it would warn
    torch.set_num_threads(o.threads)
    torch.set_flush_denormal(True)
    res = {"torch": torch.__version__, "threads": o.threads, "unit": "ms", "repeat": o.repeat}
    if "mp" in o.only.split(","):
        run, forward = message_passing(torch, False)
        res["mp"], res["mp_forward"] = measure(run, o.repeat), measure(forward, o.repeat)
        res["mp_concat"] = measure(message_passing(torch, True)[0], o.repeat)
    if "step" in o.only.split(","):
        dims = {k: int(v) for k, v in (x.split("=") for x in o.dims.split(",") if x)}
        run, forward, update, whole = heavy_step(torch, train, dims, o.batch)
        res["step"], res["step_forward"] = measure(run, o.repeat), measure(forward, o.repeat)
        res["optimiser"], res["step_whole"] = measure(update, o.repeat), measure(whole, o.repeat)
    res["blas"] = blas()
    res["kernels"] = kernels(res["blas"])
    print(json.dumps(res))


if __name__ == "__main__":
    main()
