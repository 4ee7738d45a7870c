"""Oracle of tests/eval.tap: RDKit and SciPy compute what `sg-molgen eval` prints.
Prints "skip WHY" or lines "ok NAME" / "not ok NAME"."""
import gzip
import json
import math
import random
import subprocess
import sys

try:
    from rdkit import Chem, RDLogger
    from scipy.stats import wasserstein_distance
except ImportError as e:
    print("skip", e)
    sys.exit(0)
RDLogger.DisableLog("rdApp.*")
program, data = sys.argv[1:3]


def evaluate(*args):
    p = subprocess.run([program, "eval", *args, "--json", "-q"], capture_output=True, text=True, check=True)
    return json.loads(p.stdout)


def check(good, name):
    print("ok" if good else "not ok", name)


def molecules(name):
    """The records that RDKit can read, not sanitised, hydrogens kept."""
    with gzip.open(f"{data}/{name}.sdf.gz") as f:
        return [m for m in Chem.ForwardSDMolSupplier(f, sanitize=False, removeHs=False) if m is not None]


def sanitised(m):
    m = Chem.Mol(m)
    try:
        Chem.SanitizeMol(m)
    except ValueError:
        return None
    return m


def complete(m):
    """No hydrogen is missing, nothing is a radical."""
    s = sanitised(m)
    return s is not None and all(a.GetTotalNumHs() == 0 and a.GetNumRadicalElectrons() == 0 for a in s.GetAtoms())


def smiles(m):
    s = sanitised(m)
    return s and Chem.MolToSmiles(Chem.RemoveHs(s, sanitize=False), isomericSmiles=False)


def values(mols, what):
    out = []
    for m in mols:
        x = m.GetConformer().GetPositions()
        z = [a.GetSymbol() for a in m.GetAtoms()]
        if what == "H-C":
            out += [
                math.dist(x[b.GetBeginAtomIdx()], x[b.GetEndAtomIdx()])
                for b in m.GetBonds()
                if sorted((z[b.GetBeginAtomIdx()], z[b.GetEndAtomIdx()])) == ["C", "H"] and b.GetBondTypeAsDouble() == 1
            ]
        elif what == "H-C-C":
            for a in m.GetAtoms():
                n = [b.GetIdx() for b in a.GetNeighbors()]
                for i in n:
                    for j in n:
                        if a.GetSymbol() == "C" and z[i] == "H" and z[j] == "C":
                            u, v = x[i] - x[a.GetIdx()], x[j] - x[a.GetIdx()]
                            c = u.dot(v) / math.sqrt(u.dot(u) * v.dot(v))
                            out.append(math.degrees(math.acos(max(-1, min(1, c)))))
        else:
            for b in m.GetBonds():
                p, q = b.GetBeginAtom(), b.GetEndAtom()
                for i in p.GetNeighbors():
                    for j in q.GetNeighbors():
                        k = [i.GetIdx(), p.GetIdx(), q.GetIdx(), j.GetIdx()]
                        if len(set(k)) == 4 and all(z[t] == "C" for t in k):
                            out.append(abs(Chem.rdMolTransforms.GetDihedralDeg(m.GetConformer(), *k)))
    return out


def corrupted(mols):
    random.seed(5)
    for m in mols:
        for _ in range(40):
            w = Chem.RWMol(m)
            for a in w.GetAtoms():  # else the writer trips over centres that are none any more
                a.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
            heavy = [a.GetIdx() for a in w.GetAtoms() if a.GetAtomicNum() > 1]
            a = w.GetAtomWithIdx(random.choice(heavy))
            b = w.GetBondWithIdx(random.randrange(w.GetNumBonds()))
            for _ in range(random.choice((1, 1, 2))):
                what = random.randrange(4)
                if what == 0:
                    a.SetFormalCharge(random.choice((-1, 0, 1)))
                elif what == 1:
                    a.SetAtomicNum(random.choice((1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53)))
                elif what == 2:
                    b.SetBondType(random.choice((Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)))
                else:
                    a = w.GetAtomWithIdx(random.randrange(w.GetNumAtoms()))
            yield w.GetMol()


from rdkit.Chem import rdMolTransforms  # noqa: E402,F401 (used through Chem)

gen, ref, train = molecules("generated"), molecules("reference"), molecules("train")
j = evaluate(f"{data}/generated.sdf.gz", "-r", f"{data}/reference.sdf.gz", "--train", f"{data}/train.sdf.gz")
n = j["n"]
check(n == len(gen) + 1 and abs(j["parsed"] - len(gen) / n) < 1e-12, f"{len(gen)} of {n} records")
key = [smiles(m) for m in gen]
in_ref, in_train = {smiles(m) for m in ref}, {smiles(m) for m in train}
if j["valid_by"] == "rdkit":
    check(abs(j["valid"] - sum(k is not None for k in key) / n) < 1e-12, "valid")
    distinct = {k for k in key if k}
    check(abs(j["unique"] - len(distinct) / n) < 1e-12, "unique")
    check(abs(j["novel"] - len(distinct - in_train) / n) < 1e-12, "novel")
else:
    print("skip built without RDKit: valid, unique, novel")
check(abs(j["in_train"] - sum(k in in_train for k in key) / n) < 1e-12, "in train")
check(abs(j["in_reference"] - sum(k in in_ref for k in key) / n) < 1e-12, "in reference")
check(abs(j["connected"] - sum(len(Chem.GetMolFrags(m)) == 1 for m in gen) / n) < 1e-12, "connected")
check(abs(j["neutral"] - sum(Chem.GetFormalCharge(m) == 0 for m in gen) / n) < 1e-12, "neutral")
check(abs(j["molecule_stability"] - sum(complete(m) for m in gen) / n) < 1e-12, "stable molecules")
for name in ("H-C", "H-C-C", "C-C-C-C"):
    want = wasserstein_distance(values(gen, name), values(ref, name))
    got = next(d["distance"] for d in j["distances"] if d["type"] == name)
    check(abs(got - want) < 2e-6 * max(1, want) + 1e-6, f"distance of {name}: {got:.6f}, SciPy {want:.6f}")

# whatever is broken: stable by the valence table = complete by RDKit
groups = {True: [], False: []}
for m in corrupted(ref):
    groups[complete(m)].append(m)
for good, mols in groups.items():
    w = Chem.SDWriter("corrupted.sdf")
    w.SetKekulize(False)
    for m in mols:
        w.write(m)
    w.close()
    got = evaluate("corrupted.sdf")["molecule_stability"]
    check(got == float(good), f"{len(mols)} altered molecules, complete by RDKit: {good}, stable: {got}")
