"""Train a network of sigen with PyTorch, on one process or under torchrun.

    python3 train.py --module molgen --part heavy --data TRAIN.cache --minutes 60 --out m.safetensors
    python3 train.py --module graphgen --data TRAIN.cache --minutes 60 --out m.safetensors
    python3 train.py --module gdss --data TRAIN.cache --minutes 60 --out m.safetensors
    torchrun --nproc_per_node 2 train.py ...        the batch is divided among the ranks

What a module's data and loss are, its MODULE_laws.py says (see laws.py). The model file holds the EMA weights; networks of other parts already in it are kept. Beside it
OUT.PART.state holds everything needed to go on: the same command resumes, a larger --minutes extends.
"""
import argparse
import contextlib
import fcntl
import json
import math
import os
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import torch
import torch.distributed as dist

import gdss_laws
import graphgen_laws
import modelfile
import molgen_laws

MODULES = {"molgen": molgen_laws.Data, "graphgen": graphgen_laws.Data, "gdss": gdss_laws.Data}
VALID_BATCHES = 8


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--module", choices=MODULES, default="molgen")
    p.add_argument("--part", help="network of the module, as " + ", ".join(k for m in MODULES.values() for k in m.parts))
    p.add_argument("--data", required=True, help="cache (sg-MODULE train --cache)")
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
    o = p.parse_args()
    parts = MODULES[o.module].parts
    o.part = o.part or parts[0]
    if o.part not in parts:
        p.error(f"--part {o.part}: {o.module} has " + ", ".join(parts))
    return o


class Optimiser:
    """Muon on the network's hidden matrices, AdamW (0.9, 0.99, no decay) on the rest, EMA of all.

    Parameters, gradients and moments each live in one flat vector: AdamW's part first, then Muon's.
    Weights without a gradient in a step (self-conditioning off) get a zero one.
    """

    def __init__(self, net, o):
        self.o, self.low, self.step_count = o, net.low, 0
        params = [(k, p) for k, p in net.w.items() if p.requires_grad]
        muon = net.hidden() if o.muon_lr > 0 else []
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

    @contextlib.contextmanager
    def averaged(self):
        """The network has the averaged weights within."""
        keep = self.w.clone()
        self.w.copy_(self.ema)
        try:
            yield
        finally:
            self.w.copy_(keep)

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
    return DATA.batch(*WORK, step=step, rank=RANK, ranks=RANKS)


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


def load_model(net, data, path):
    """Weights into net, and the config's kept entries into the data's."""
    w, meta = modelfile.load(path)
    config = json.loads(meta["config"])
    sizes = config.get(net.name)
    if meta.get("format") != data.format or sizes is None:
        raise SystemExit(f"{path}: has no network {net.name}")
    if any(sizes.get(k, 0) != v for k, v in net.sizes.items()):
        raise SystemExit(f"{path}: sizes of {net.name} are {sizes}")
    agree(data, config, path)
    for name in net.names():
        net[name].data.copy_(torch.from_numpy(w[f"{net.name}.{name}"]))
    data.config.update((k, config.get(k, other)) for k, other in data.kept.items())


def agree(data, config, path):
    for k in data.same:
        if config.get(k) != data.config.get(k):
            raise SystemExit(f"{path}: made from other data, {k} differ")


def present(data, path):
    """Arrays and config of the model file at path, empty where there is no file; one of another module is refused."""
    if not os.path.exists(path):
        return {}, {}
    w, meta = modelfile.load(path)
    config = json.loads(meta.get("config", "{}"))
    foreign = {k for m in MODULES.values() for k in m.parts} - set(data.parts)
    if meta.get("format") != data.format or foreign & set(config):
        raise SystemExit(f"{path}: exists, and is no model of " + ", ".join(data.parts))
    agree(data, config, path)
    return w, config


def save_model(net, opt, data, o, seconds):
    """EMA weights of this part, beside the other parts the file holds."""
    new = {**net.w, **opt.named(opt.ema)}
    new = {f"{net.name}.{k.replace('/', '.')}": x.detach().float().cpu().numpy() for k, x in new.items()}
    with open(o.out + ".lock", "w") as lock:              # two parts may be trained at the same time
        fcntl.flock(lock, fcntl.LOCK_EX)
        old, config = present(data, o.out)
        config = {**config, **data.config, net.name: net.sizes}
        config.setdefault("train", {})[net.name] = {
            "trainer": "tools/twin/train.py", "steps": opt.step_count, "batch": o.batch, "seconds": round(seconds),
            "seed": o.seed, "lr": o.lr, "muon_lr": o.muon_lr, "ema": o.ema}
        config["data"] = {"source": data.source, data.unit: int(data.count)}
        old = {k: v for k, v in old.items() if k.split(".")[0] in data.parts and k.split(".")[0] != net.name}
        modelfile.save(o.out, {**old, **new}, {"format": data.format, "config": json.dumps(config)})


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

    DATA = MODULES[o.module](o.data, o.part)
    present(DATA, o.out)
    torch.manual_seed(o.seed)
    net = DATA.new_net({k: int(v) for k, v in (e.split("=") for e in o.size.split(",") if e)})
    if o.init:
        load_model(net, DATA, o.init)
    net.to(device)
    if o.precision == "bf16" or (cuda and o.precision == "auto"):
        net.low = torch.bfloat16
    opt = Optimiser(net, o)
    state, seconds = f"{o.out}.{o.part}.state", 0.0
    if os.path.exists(state):
        s = torch.load(state, map_location=device)
        opt.load(s["optimiser"])
        seconds = s["seconds"]

    def mean_loss(batch, backward):
        """Total and parts of a batch; its items one after the other, their gradients add up."""
        total = 0.0
        for share, b in batch:
            t = {k: torch.as_tensor(v, dtype=torch.float32 if v.dtype.kind == "f" else torch.int64, device=device)
                 if isinstance(v, np.ndarray) else v for k, v in b.items()}
            value, parts = DATA.loss(net, t)
            if backward:
                (share * value).backward()
            total = total + share * torch.stack([value.detach()] + [p.detach() for p in parts])
        return total

    def held_out():
        """The averaged weights' loss on held-out data; None where there are none."""
        batches = [DATA.held_out(o.batch, o.seed, k) for k in range(VALID_BATCHES)]
        if not batches[0]:
            return None
        with torch.no_grad(), opt.averaged():
            return float(sum(mean_loss(b, False)[0] for b in batches)) / VALID_BATCHES

    def save():
        if RANK == 0:
            tmp = state + ".tmp"
            torch.save({"optimiser": opt.state(), "seconds": seconds}, tmp)
            os.replace(tmp, state)
            save_model(net, opt, DATA, o, seconds)

    WORK = (o.batch, o.seed)
    if RANK == 0:
        print(f"{o.part}: {opt.w.numel()} parameters, {DATA.count} {DATA.unit}, {RANKS} ranks", flush=True)
    seen, sums, logged, saved = 0, 0.0, time.time(), time.time()
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
        sums = sums + mean_loss(b, True)
        if RANKS > 1:
            dist.all_reduce(opt.g)
            opt.g /= RANKS
        opt.step(max(scale, 1e-3) if progress < 0.02 else scale)
        seen += 1
        seconds += time.time() - begin
        if seen == o.log_steps:
            now = time.time()
            v = (sums / seen).tolist()
            if not all(map(math.isfinite, v)):
                raise SystemExit(f"step {opt.step_count}: the loss is not finite; the last saved files are intact")
            if RANK == 0:
                held = held_out()
                print(f"step {opt.step_count} {seconds / 60:.1f} min, {100 * progress:.1f} %, loss " +
                      " ".join(f"{x:.4f}" for x in v) + (f", held out {held:.4f}" if held is not None else "") +
                      f", {seen * o.batch / (now - logged):.0f} samples/s", flush=True)
            seen, sums, logged = 0, 0.0, time.time()
        if time.time() - saved > 60 * o.save_minutes:
            save()
            saved = time.time()
    save()
    if RANKS > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
