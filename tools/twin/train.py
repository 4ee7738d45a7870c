"""Train a network of sigen with PyTorch, on one process or under torchrun.

    python3 train.py --module molgen --part heavy --data TRAIN.cache --minutes 60 --out m.safetensors
    torchrun --nproc-per-node 2 train.py ...        the batch is divided among the ranks

The model file holds the EMA weights; networks of other parts already in it are kept. Beside it
OUT.PART.state holds everything needed to go on: the same command resumes, a larger --minutes extends.
"""
import argparse
import fcntl
import json
import math
import os
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch
import torch.distributed as dist

import laws
import modelfile
import molgen

SIZES = {"heavy": dict(d=128, K=16, P=32, H=8, F=256, L=6),
         "hydro": dict(d=64, K=8, P=16, H=8, F=128, L=3),
         "predict": dict(d=128, K=16, P=32, H=8, F=256, L=4)}

INPUT_OUTPUT = ("class_embed", "bond_embed", "size_embed", "time", "prop", "rbf", "class", "bond", "q2")   # never Muon's


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--module", choices=["molgen"], default="molgen")
    p.add_argument("--part", choices=molgen.HEADS, default="heavy")
    p.add_argument("--data", required=True, help="cache (sg-molgen train --cache)")
    p.add_argument("--out", required=True, help="model file")
    p.add_argument("--init", help="model file to start from")
    p.add_argument("--size", default="", help="sizes other than the default, like d=192,L=8")
    p.add_argument("--minutes", type=float, default=60, help="budget: the learning rate reaches 0 then")
    p.add_argument("--steps", type=int, help="budget in steps instead of minutes")
    p.add_argument("--batch", type=int, default=128)
    p.add_argument("--lr", type=float, default=1.5e-3, help="of AdamW")
    p.add_argument("--muon-lr", type=float, default=0.02, help="0: AdamW for all")
    p.add_argument("--ema", type=float, default=0.999)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=0)
    p.add_argument("--workers", type=int, default=0, help="processes that prepare batches")
    p.add_argument("--save-minutes", type=float, default=3)
    p.add_argument("--log-steps", type=int, default=200)
    p.add_argument("--precision", choices=["auto", "bf16", "float32"], default="auto",
                   help="of the large products; auto: bf16 on CUDA, float32 on a CPU (bf16 pays with AVX512-BF16)")
    return p.parse_args()


class Optimiser:
    """Muon on matrices between hidden layers with both sides >= 32, AdamW (0.9, 0.99, no decay) on the rest, EMA of all.

    Parameters, gradients and moments each live in one flat vector: AdamW's part first, then Muon's.
    Weights without a gradient in a step (self-conditioning off) get a zero one.
    """

    def __init__(self, net, o):
        self.o, self.low, self.step_count = o, net.low, 0
        params = [(k, p) for k, p in net.w.items() if p.requires_grad]
        muon = [k for k, p in params if o.muon_lr > 0 and k.split("/")[0] not in INPUT_OUTPUT
                and p.dim() == 2 and min(p.shape) >= 32]
        params.sort(key=lambda kp: kp[0] in muon)
        self.names, self.params = [k for k, _ in params], [p for _, p in params]
        self.w = torch.cat([p.detach().flatten() for p in self.params])
        self.g, self.m = torch.zeros_like(self.w), torch.zeros_like(self.w)
        self.ema = self.w.clone()
        at = self.adam = sum(p.numel() for k, p in params if k not in muon)
        self.v = torch.zeros_like(self.w)
        at, groups = 0, {}
        for k, p in params:
            a = slice(at, at + p.numel())
            p.data, p.grad = self.w[a].view_as(p), self.g[a].view_as(p)
            if k in muon:
                groups.setdefault(tuple(p.shape), []).append(a)
            at += p.numel()
        self.groups = list(groups.items())

    def named(self, flat):
        return dict(zip(self.names, (x.view_as(p) for x, p in zip(flat.split([p.numel() for p in self.params]), self.params))))

    def state(self):
        return {k: self.named(getattr(self, k)) for k in ("w", "m", "v", "ema")} | {"step": self.step_count}

    def load(self, s):
        for k in ("w", "m", "v", "ema"):
            for name, x in self.named(getattr(self, k)).items():
                x.copy_(s[k][name])
        self.step_count = s["step"]

    @torch.no_grad()
    def step(self, scale):
        """One update at `scale` times the full learning rates, gradient clipped to norm 1."""
        self.step_count += 1
        n, a = self.step_count, self.adam
        norm = self.g.norm()
        self.g.mul_(1 / norm.clamp(min=1))
        g = self.g[:a]
        self.m[:a].lerp_(g, 0.1)
        v = self.v[:a].lerp_(g * g, 0.01)
        self.w[:a].addcdiv_(self.m[:a], (v / (1 - 0.99 ** n)).sqrt_().add_(1e-8),
                            value=-scale * self.o.lr / (1 - 0.9 ** n))
        self.m[a:].lerp_(self.g[a:], 0.05)
        nesterov = self.g[a:].lerp(self.m[a:], 0.95)
        for (rows, cols), at in self.groups:              # weights are (in, out)
            u = torch.stack([nesterov[s.start - a:s.stop - a].view(rows, cols) for s in at])
            u = orthogonal(u, self.low).mul_(-scale * self.o.muon_lr * math.sqrt(max(1, cols / rows)))
            for s, d in zip(at, u):
                self.w[s].add_(d.flatten())
        self.ema.lerp_(self.w, 1 - min(self.o.ema, (1 + n) / (10 + n)))
        self.g.zero_()


def orthogonal(u, low=None):
    """Five Newton-Schulz steps towards the nearest orthogonal matrices; u (count, rows, cols)."""
    tall = u.shape[1] > u.shape[2]
    x = u.transpose(1, 2) if tall else u
    if low:
        x = x.to(low)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        s = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.7750 * s + 2.0315 * (s @ s)) @ x
    return (x.transpose(1, 2) if tall else x).to(u.dtype)


def prepare(step):
    return laws.batch(*WORK, step=step, rank=RANK, ranks=RANKS)


def batches(first, workers):
    if not workers:
        while True:
            yield prepare(first)
            first += 1
    with ProcessPoolExecutor(workers) as pool:            # forked: the data is shared
        ahead = [pool.submit(prepare, first + i) for i in range(4 * workers)]
        while True:
            first += 1
            ahead.append(pool.submit(prepare, first + 4 * workers - 1))
            yield ahead.pop(0).result()


def load_model(net, path):
    """Weights into net; the file's config."""
    w, meta = modelfile.load(path)
    config = json.loads(meta["config"])
    sizes = config.get(net.head)
    if sizes is None:
        raise SystemExit(f"{path}: has no network {net.head}")
    if any(sizes[k] != v for k, v in net.sizes.items()):
        raise SystemExit(f"{path}: sizes of {net.head} are {sizes}")
    for name in net.names():
        net[name].data.copy_(torch.from_numpy(w[f"{net.head}.{name}"]))
    return config


def save_model(net, opt, vocab, o, seconds):
    """EMA weights of this part, beside the other parts the file holds."""
    new = {**net.w, **opt.named(opt.ema)}
    new = {f"{net.head}.{k.replace('/', '.')}": x.detach().float().cpu().numpy() for k, x in new.items()}
    with open(o.out + ".lock", "w") as lock:              # two parts may be trained at the same time
        fcntl.flock(lock, fcntl.LOCK_EX)
        old, config = {}, {}
        if os.path.exists(o.out):
            old, meta = modelfile.load(o.out)
            config = json.loads(meta["config"])
            if config["classes"] != vocab["classes"]:
                raise SystemExit(f"{o.out}: made from other data")
        config = {**config, **vocab, net.head: net.sizes}
        config.setdefault("train", {})[net.head] = {
            "trainer": "tools/twin/train.py", "steps": opt.step_count, "batch": o.batch, "seconds": round(seconds),
            "seed": o.seed, "lr": o.lr, "muon_lr": o.muon_lr, "ema": o.ema}
        config["data"] = {"source": DATA.info.get("source", ""), "molecules": int(len(DATA.n))}
        old = {k: v for k, v in old.items() if k.split(".")[0] in molgen.HEADS and k.split(".")[0] != net.head}
        modelfile.save(o.out, {**old, **new}, {"format": "sigen-molgen-1", "config": json.dumps(config)})


def main():
    global WORK, RANK, RANKS, DATA
    o = options()
    RANK, RANKS = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    if o.threads:
        torch.set_num_threads(o.threads)
    torch.set_flush_denormal(True)
    if RANKS > 1:
        dist.init_process_group("nccl" if cuda else "gloo")
    if o.batch % RANKS:
        raise SystemExit(f"--batch {o.batch} cannot be divided among {RANKS} ranks")

    DATA = laws.Data(o.data, o.part)
    vocab = DATA.vocab()
    C, B = len(vocab["classes"]), 4
    sizes = dict(SIZES[o.part], C=C, B=B, Q=len(vocab["properties"]), N=len(vocab["sizes"]) - 1)
    if o.part != "heavy":
        sizes.update(C=C + 1, B=B + 2, Q=0 if o.part == "hydro" else sizes["Q"], N=vocab["max_nodes"])
    sizes.update((k, int(v)) for k, v in (e.split("=") for e in o.size.split(",") if e))
    torch.manual_seed(o.seed)
    net = molgen.Net(o.part, sizes)
    if o.init:
        vocab["token_shift"] = load_model(net, o.init).get("token_shift", 1)
    net.to(device)
    if o.precision == "bf16" or (cuda and o.precision == "auto"):
        net.low = torch.bfloat16
    opt = Optimiser(net, o)
    state, seconds = f"{o.out}.{o.part}.state", 0.0
    if os.path.exists(state):
        s = torch.load(state, map_location=device)
        opt.load(s["optimiser"])
        seconds = s["seconds"]

    def loss_of(b):
        t = {k: torch.as_tensor(v, dtype=torch.float32 if v.dtype.kind == "f" else torch.int64, device=device)
             for k, v in b.items() if isinstance(v, np.ndarray)}
        args, xs = (t.get("y"), t.get("k")), None
        if b["self"] and o.part != "predict":
            with torch.no_grad():
                first = net(t["a"], t["b"], t["x"], None, t["t"], *args)["x1"]
                xs = molgen.project(o.part, first, t["x"], t["heavy"])
        out = net(t["a"], t["b"], t["x"], xs, t["t"], *args)
        return molgen.loss(o.part, sizes["C"], sizes["B"], out, t, vocab["token_shift"])

    def save():
        if RANK == 0:
            tmp = state + ".tmp"
            torch.save({"optimiser": opt.state(), "seconds": seconds}, tmp)
            os.replace(tmp, state)
            save_model(net, opt, vocab, o, seconds)

    WORK = (DATA, vocab, o.batch, o.seed)
    print(f"{o.part}: {opt.w.numel()} parameters, {len(DATA.n)} molecules, {RANKS} ranks", flush=True) if RANK == 0 else None
    seen, parts_sum, logged, saved = 0, 0.0, time.time(), time.time()
    for b in batches(opt.step_count + 1, o.workers):
        begin = time.time()
        progress = opt.step_count / o.steps if o.steps else seconds / (60 * o.minutes)
        if RANKS > 1:                                     # one clock for all
            p = torch.tensor([progress], dtype=torch.float64, device=device)
            dist.broadcast(p, 0)
            progress = float(p)
        if progress >= 1:
            break
        scale = min(1, progress / 0.02) * (1 - progress)
        value, parts = loss_of(b)
        value.backward()
        if RANKS > 1:
            dist.all_reduce(opt.g)
            opt.g /= RANKS
        opt.step(max(scale, 1e-3) if progress < 0.02 else scale)
        parts_sum = parts_sum + torch.stack([value.detach()] + [p.detach() for p in parts])
        seen += 1
        seconds += time.time() - begin
        if seen == o.log_steps:
            now = time.time()
            v = (parts_sum / seen).tolist()
            if not all(map(math.isfinite, v)):
                raise SystemExit(f"step {opt.step_count}: the loss is not finite; the last saved files are intact")
            if RANK == 0:
                print(f"step {opt.step_count} {seconds / 60:.1f} min, {100 * progress:.1f} %, loss " +
                      " ".join(f"{x:.4f}" for x in v) + f", {seen * o.batch / (now - logged):.0f} samples/s", flush=True)
            seen, parts_sum, logged = 0, 0.0, now
        if time.time() - saved > 60 * o.save_minutes:
            save()
            saved = time.time()
    save()
    if RANKS > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
