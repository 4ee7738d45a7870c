"""Sample heavy atoms from a model file and print the shares that pass: a check of the law and a look at a training run.

    python3 sample.py MODEL [--n 256] [--steps 50] [--eta 10] [--seed 1] [--smiles FILE]
    python3 sample.py MODEL --hydro CACHE [--steps 10]

stable: every atom's bond orders and hydrogens fit its element and charge; ok: also connected and neutral.
With RDKit: valid (sanitised), unique SMILES, and, with --smiles FILE (one a line, canonical without stereo), the share found there.
--hydro: hydrogens are placed on the heavy atoms of a cache's molecules and compared with the cache's own.
"""
import argparse
import collections
import json
import time

import numpy as np
import torch

import modelfile
import molgen
import molgen_laws

VALENCE = {"C": 4, "N": 3, "O": 2, "F": 1}


def load(path, head):
    w, meta = modelfile.load(path)
    config = json.loads(meta["config"])
    net = molgen.net(head, config[head])
    for name in net.names():
        net[name].data = torch.from_numpy(w[f"{head}.{name}"])
    return net.requires_grad_(False), config


def draw(net, config, S, n, steps, eta, temperature=1.0):
    """S molecules of n heavy atoms -> class (S,n), bond (S,m), x (S,n,3)."""
    C, B, m = net.sizes["C"], net.sizes["B"], n * (n - 1) // 2
    shift = config.get("token_shift", 1)
    share = lambda t: t / (t + shift * (1 - t))
    x = config["noise_sd"][n] * torch.randn(S, n, 3)
    x = x - x.mean(1, keepdim=True)
    a, b, xs = torch.full((S, n), C), torch.full((S, m), B), None
    for i in range(steps):
        t, dt, k, k2 = i / steps, 1 / steps, share(i / steps), share((i + 1) / steps)
        out = net(a, b, x, xs, torch.full((S,), t))
        xs = molgen.project("heavy", out["x1"], x)
        x = x + dt * (xs - x) / (1 - t)
        again = eta * (k2 - k) if t + dt <= 0.9 else 0.0
        show = min(1.0, (k2 - k + again * k) / (1 - k))
        for tok, logits, mask in ((a, out["class"], C), (b, out["bond"], B)):
            value = torch.distributions.Categorical(logits=logits / temperature).sample()
            u, hidden = torch.rand(tok.shape), tok == mask
            tok[:] = torch.where(hidden & ((u < show) | (i == steps - 1)), value, tok)
            tok[~hidden & (u < again)] = mask
    return a, b, x


def place(net, noise, cls, bond, x, parent, n, steps):
    """Hydrogens on S molecules of n nodes; x (S,n,3): heavy atoms first, the rest is ignored; parent (S,n): of each node."""
    stays = (cls < net.sizes["C"] - 1)[..., None]
    heavy = stays.sum((1, 2))
    start = torch.gather(x, 1, parent[..., None].expand(-1, -1, 3))
    x, xs = torch.where(stays, x, start + noise * torch.randn_like(x)), None
    for i in range(steps):
        t, dt = i / steps, 1 / steps
        xs = molgen.project("hydro", net(cls, bond, x, xs, torch.full((len(x),), t))["x1"], x, heavy)
        x = x + dt * (xs - x) / (1 - t)
    return x


def check_hydro(path, cache, count, steps, seed):
    """Root mean square distance to the cache's hydrogens (paired within each parent), bond lengths, closest pairs."""
    net, config = load(path, "hydro")
    data, rng = molgen_laws.Data(cache, "hydro"), np.random.default_rng(seed)
    msd, length, close, total = [], [], 0, 0
    for n, g in data.group.items():
        pick = np.flatnonzero(rng.random(len(g["x"])) < count / data.counts.sum())
        if not len(pick):
            continue
        parent = np.stack([np.concatenate([np.arange(g["heavy"][k]), g["parent"][k]]) for k in pick])
        cls, bond, x1, par = (torch.from_numpy(v) for v in (g["class"][pick], g["bond"][pick], g["x"][pick], parent))
        x = place(net, config["hydro_noise"], cls, bond, x1, par, n, steps).numpy()
        for a, b, k in zip(x, g["x"][pick], pick):
            p, h = g["parent"][k], int(g["heavy"][k])
            molgen_laws.pair_hydrogens(a, b, p, h)
            msd.append(((a[h:] - b[h:]) ** 2).sum(-1).mean())
            length.append(np.linalg.norm(a[h:] - a[p], axis=-1) - np.linalg.norm(b[h:] - b[p], axis=-1))
            d = np.linalg.norm(a[h:, None] - a[None], axis=-1) + 9 * (np.arange(h, n)[:, None] <= np.arange(n))
            d[np.arange(n - h), p] = 9
            close, total = close + (d.min() < 1.2), total + 1
    e = np.concatenate(length)
    print(f"{total} molecules, {steps} steps: hydrogens' rms distance to the data's, median {np.median(np.sqrt(msd)):.3f}, mean "
          f"{np.sqrt(msd).mean():.3f} A; bond length {e.mean():+.4f}, rms {np.sqrt((e * e).mean()):.4f} A; clashes (< 1.2 A) {close}")


def judge(atoms, order):
    """atoms [(element, charge, hydrogens)], order (n,n) -> stable, ok."""
    stable = True
    for i, (e, q, h) in enumerate(atoms):
        v = VALENCE[e] + (q if e == "N" or e == "O" else -abs(q))
        stable &= int(order[i].sum()) + h == v
    seen, todo = {0}, [0]
    while todo:
        new = set(np.flatnonzero(order[todo.pop()])) - seen
        seen |= new
        todo += new
    return stable, stable and len(seen) == len(atoms) and sum(q for _, q, _ in atoms) == 0


def smiles(atoms, order):
    """Canonical SMILES, None where RDKit refuses the molecule."""
    from rdkit import Chem, RDLogger
    RDLogger.DisableLog("rdApp.*")
    mol = Chem.RWMol()
    for e, q, h in atoms:
        atom = Chem.Atom(e)
        atom.SetFormalCharge(q), atom.SetNumExplicitHs(h), atom.SetNoImplicit(True)
        mol.AddAtom(atom)
    for i, j in zip(*np.triu(order).nonzero()):
        mol.AddBond(int(i), int(j), [None, Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE][order[i, j]])
    try:
        Chem.SanitizeMol(mol)
        return Chem.MolToSmiles(mol) if all(a.GetNumRadicalElectrons() == 0 for a in mol.GetAtoms()) else None
    except ValueError:
        return None


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model")
    for name, value in (("n", 256), ("steps", 50), ("seed", 1), ("threads", 1)):
        p.add_argument(f"--{name}", type=int, default=value)
    p.add_argument("--eta", type=float, default=10)
    p.add_argument("--smiles"), p.add_argument("--hydro", metavar="CACHE")
    o = p.parse_args()
    torch.manual_seed(o.seed), torch.set_num_threads(o.threads)
    if o.hydro:
        return check_hydro(o.model, o.hydro, o.n, o.steps, o.seed)
    net, config = load(o.model, "heavy")
    sizes = np.array(config["sizes"], float)
    sizes[:2] = 0                       # one heavy atom needs no stage 1
    counts = np.random.default_rng(o.seed).multinomial(o.n, sizes / sizes.sum())
    begin, mols = time.time(), []
    for n in np.flatnonzero(counts):
        a, b, x = draw(net, config, int(counts[n]), int(n), o.steps, o.eta)
        for ai, bi in zip(a.tolist(), b.numpy()):
            order = np.zeros((n, n), int)
            order[np.triu_indices(n, 1)] = bi
            mols.append(([tuple(config["classes"][c]) for c in ai], order + order.T))
    seconds, good = time.time() - begin, np.array([judge(*m) for m in mols])
    elements = collections.Counter(e for atoms, _ in mols for e, _, _ in atoms)
    res = {"stable": good[:, 0].mean(), "ok": good[:, 1].mean()}
    try:
        s = [smiles(*m) for m in mols]
        valid = [v for v in s if v]
        res.update(valid=len(valid) / o.n, unique=len(set(valid)) / max(1, len(valid)))
        if o.smiles:
            known = set(open(o.smiles).read().split())
            res["known"] = sum(v in known for v in valid) / max(1, len(valid))
    except ImportError:
        pass
    res.update((e, elements[e] / sum(elements.values())) for e in "CNOF")
    print(f"{o.n} samples, {o.steps} steps, {seconds:.1f} s: " + ", ".join(f"{k} {v:.4f}" for k, v in res.items()))


if __name__ == "__main__":
    main()
