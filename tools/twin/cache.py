"""Encode molecules for training: SDF (V2000, .gz too) with explicit hydrogens -> cache (doc/molgen-cache.md).

    python3 cache.py qm9_train.sdf.gz train.cache --props mu:D,alpha:bohr^3,homo:eV
    python3 cache.py qm9_valid.sdf.gz valid.cache --props ... --classes train.cache

Kekulised bonds; a property is the SD tag of that name. --classes: the classes of another cache; molecules
with others are left out, and those without a heavy atom or with a hydrogen that has not one heavy neighbour.
"""
import argparse
import gzip
import json
import sys

import numpy as np

import modelfile

ELEMENTS = ("H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr "
            "Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe").split()
CHARGE = {1: 3, 2: 2, 3: 1, 5: -1, 6: -2, 7: -3}        # of the atom block


def records(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as f:
        lines = []
        for line in f:
            if line.startswith("$$$$"):
                yield lines
                lines = []
            else:
                lines.append(line.rstrip("\r\n"))


def encode(lines, props):
    """One record -> dict of the cache's arrays, with class as (element, charge, hydrogens); None: no use."""
    if lines[3][34:39] != "V2000":
        raise ValueError("no V2000 record")
    na, nb = int(lines[3][:3]), int(lines[3][3:6])
    atoms, bonds, rest = lines[4:4 + na], lines[4 + na:4 + na + nb], lines[4 + na + nb:]
    element = [a[31:34].strip() for a in atoms]
    xyz = np.array([[float(a[10 * c:10 * c + 10]) for c in range(3)] for a in atoms]).reshape(-1, 3)
    charge = [CHARGE.get(int(a[36:39] or 0), 0) for a in atoms]
    listed = [line.split()[3:] for line in rest if line.startswith("M  CHG")]
    if listed:
        charge = [0] * na
    for f in listed:
        for i, q in zip(f[::2], f[1::2]):
            charge[int(i) - 1] = int(q)
    heavy = [i for i in range(na) if element[i] != "H"]
    rank, n = {a: k for k, a in enumerate(heavy)}, len(heavy)
    order, hydrogens = np.zeros((n, n), np.uint8), []
    for b in bonds:
        i, j, o = int(b[:3]) - 1, int(b[3:6]) - 1, int(b[6:9])
        if o not in (1, 2, 3):
            raise ValueError(f"bond order {o}: kekulised bonds are needed")
        if i in rank and j in rank:
            order[rank[i], rank[j]] = order[rank[j], rank[i]] = o
        elif i in rank or j in rank:
            a, h = (i, j) if i in rank else (j, i)
            hydrogens.append((rank[a], h))
    hydrogens.sort()
    if n == 0 or len({h for _, h in hydrogens}) != na - n or len(hydrogens) != na - n:
        return None
    tags = {}
    for k, line in enumerate(rest[:-1]):
        if line.startswith(">") and "<" in line:
            tags[line[line.index("<") + 1:line.rindex(">")]] = rest[k + 1]
    value = [float(tags[p]) if p in tags else np.nan for p in props]
    xyz -= xyz[heavy].mean(0)
    parent = [p for p, _ in hydrogens]
    return {"n": [n], "nh": [na - n], "class": [(element[a], charge[a], parent.count(k)) for k, a in enumerate(heavy)],
            "bond": order[np.triu_indices(n, 1)], "x": xyz[heavy], "h.parent": parent,
            "h.x": xyz[[h for _, h in hydrogens]].reshape(-1, 3), "prop": [np.nan_to_num(value)], "known": [np.isfinite(value)]}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("sdf"), p.add_argument("cache")
    p.add_argument("--props", default="", help="tags with units, like mu:D,gap:eV")
    p.add_argument("--classes", metavar="CACHE")
    o = p.parse_args()
    props = dict((e.split(":") + ["1"])[:2] for e in o.props.split(",") if e)
    classes = json.loads(modelfile.load(o.classes)[1]["cache"])["classes"] if o.classes else None
    known, mols, left = set(map(tuple, classes or [])), [], 0
    for k, lines in enumerate(records(o.sdf)):
        try:
            m = encode(lines, props)
        except (ValueError, IndexError) as e:
            sys.exit(f"{o.sdf}: record {k + 1}: {e}")
        if m and (not classes or known.issuperset(m["class"])):
            mols.append(m)
        else:
            left += 1
    if not mols:
        sys.exit(f"{o.sdf}: no usable molecule")
    classes = classes or sorted({c for m in mols for c in m["class"]}, key=lambda c: (ELEMENTS.index(c[0]), *c[1:]))
    index = {tuple(c): i for i, c in enumerate(classes)}
    for m in mols:
        m["class"] = [index[c] for c in m["class"]]
    real = ("x", "h.x", "prop")
    arrays = {k: np.concatenate([np.asarray(m[k], np.float32 if k in real else np.uint8) for m in mols]) for k in mols[0]}
    info = {"classes": classes, "properties": [{"name": k, "unit": u} for k, u in props.items()],
            "source": o.sdf.split("/")[-1]}
    modelfile.save(o.cache, arrays, {"format": "sigen-molgen-cache-1", "cache": json.dumps(info)})
    print(f"{o.cache}: {len(mols)} molecules, {len(classes)} classes; {left} left out")


if __name__ == "__main__":
    main()
