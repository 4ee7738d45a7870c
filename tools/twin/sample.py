"""Sample heavy atoms from a model file and print the shares that pass: a check of the law and a look at a training run.

    python3 sample.py MODEL [--n 256] [--steps 50] [--eta 10] [--seed 1]

stable: every atom's bond orders and hydrogens fit its element and charge; ok: also connected and neutral.
With RDKit: valid (sanitised), unique SMILES, and, with --smiles FILE (one a line), the share found there.
"""
import argparse
import collections
import json
import time

import numpy as np
import torch

import modelfile
import molgen

VALENCE = {"C": 4, "N": 3, "O": 2, "F": 1}


def load(path, head):
    w, meta = modelfile.load(path)
    config = json.loads(meta["config"])
    net = molgen.Net(head, config[head])
    for name in net.names():
        net[name].data = torch.from_numpy(w[f"{head}.{name}"])
    return net.requires_grad_(False), config


def draw(net, config, S, n, steps, eta, temperature=1.0):
    """S molecules of n heavy atoms -> class (S,n), bond (S,m), x (S,n,3)."""
    C, B, m = net.sizes["C"], net.sizes["B"], n * (n - 1) // 2
    x = config["noise_sd"][n] * torch.randn(S, n, 3)
    x = x - x.mean(1, keepdim=True)
    a, b, xs = torch.full((S, n), C), torch.full((S, m), B), None
    for i in range(steps):
        t, dt = i / steps, 1 / steps
        out = net(a, b, x, xs, torch.full((S,), t))
        xs = molgen.project("heavy", out["x1"], x)
        x = x + dt * (xs - x) / (1 - t)
        again = eta * dt if t + dt <= 0.9 else 0.0
        show = dt / (1 - t) if not again else min(1.0, dt * (1 + eta * t) / (1 - t))
        for tok, logits, mask in ((a, out["class"], C), (b, out["bond"], B)):
            value = torch.distributions.Categorical(logits=logits / temperature).sample()
            u, hidden = torch.rand(tok.shape), tok == mask
            tok[:] = torch.where(hidden & ((u < show) | (i == steps - 1)), value, tok)
            tok[~hidden & (u < again)] = mask
    return a, b, x


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
    p.add_argument("--smiles")
    o = p.parse_args()
    torch.manual_seed(o.seed), torch.set_num_threads(o.threads)
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
