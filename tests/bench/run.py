"""Table of the engine's speed beside PyTorch's, measured alternately on this machine.

    python3 tests/bench/run.py BENCH_ENGINE MODEL [--rounds 3] [--repeat 7] [--batch 128] [--threads 1,2] [--no-kernel]

One thread is compared by CPU time, more threads by wall time (only an idle machine gives those a meaning: the load
is printed). Each value is the median over rounds of a round's median, and the best of all. PyTorch is Debian's
python3-torch with the BLAS it loads; OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE are unset so that OpenBLAS chooses its
kernels itself; --coretype NAME sets it instead. Without PyTorch only the engine's columns are printed.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SAME = {"layer/fwd": "mp_forward", "layer/fwdbwd": "mp", "step/fwd": "step_forward", "step/fwdbwd": "step",
        "step/optimiser": "optimiser", "step/whole": "step_whole"}


def engine(o, threads, parts):
    """{name: (cpu median, cpu best, wall median, wall best, gflop)}, dims"""
    out = subprocess.run([o.engine, *parts, "--threads", str(threads), "--repeat", str(o.repeat), "--batch", str(o.batch),
                          "--model", o.model], check=True, capture_output=True, text=True).stdout
    rows, dims = {}, ""
    for line in out.splitlines():
        f = line.split()
        if f[0] == "#":
            dims = f[2]
        else:
            rows[f[0]] = tuple(map(float, f[2:]))
    return rows, dims


def find_torch(env):
    for py in dict.fromkeys((os.environ.get("PYTHON", "python3"), "/usr/bin/python3")):
        try:
            if subprocess.run([py, "-c", "import torch, scipy, numpy"], env=env, capture_output=True).returncode == 0:
                return py
        except OSError:
            pass
    return None


def cpu_name():
    try:
        with open("/proc/cpuinfo") as f:
            return next(line.split(":")[1].strip() for line in f if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def kernel_table(o):
    rows, _ = engine(o, 1, ["peak", "gemm"])
    peak = {k[5:]: v[4] / v[1] * 1e3 for k, v in rows.items() if k.startswith("peak/")}
    print("Matrix kernel, one thread, GFLOP/s median / best (best as a share of that instruction set's peak)")
    isas = list(peak)
    print(f"  {'product m x n x k':24}" + "".join(f"{i:>26}" for i in isas))
    print(f"  {'peak, independent FMA':24}" + "".join(f"{peak[i]:26.0f}" for i in isas))
    shapes = dict.fromkeys(k.split("/", 2)[2] for k in rows if k.startswith("gemm/"))
    for s in shapes:
        cells = []
        for i in isas:
            v = rows[f"gemm/{i}/{s}"]
            best = v[4] / v[1] * 1e3
            cells.append(f"{v[4] / v[0] * 1e3:12.0f} /{best:5.0f} ({100 * best / peak[i]:3.0f}%)")
        print(f"  {s:24}" + "".join(f"{c:>26}" for c in cells))
    return peak[isas[0]]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("engine")
    p.add_argument("model")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--repeat", type=int, default=7)
    p.add_argument("--batch", type=int, default=128)
    p.add_argument("--threads", default="1,2")
    p.add_argument("--coretype", help="OPENBLAS_CORETYPE for PyTorch")
    p.add_argument("--no-kernel", action="store_true", help="skip the table of the matrix kernel")
    o = p.parse_args()
    o.engine = os.path.abspath(o.engine)
    env = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    if o.coretype:
        env["OPENBLAS_CORETYPE"] = o.coretype
    print(f"{cpu_name()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start")
    peak = engine(o, 1, ["peak"])[0]
    peak = max(v[4] / v[1] * 1e3 for v in peak.values()) if o.no_kernel else kernel_table(o)
    py = find_torch(env)
    if not py:
        print("PyTorch: not found (python3-torch with scipy); only the engine is measured")
    own, other, info, wall1 = {}, {}, None, {}
    counts = [int(t) for t in o.threads.split(",")]
    for _ in range(o.rounds):
        for t in counts:
            rows, dims = engine(o, t, ["layer", "step"])
            for k, v in rows.items():
                own.setdefault((k, t), []).append(v)
            if py:
                out = subprocess.run([py, "-B", os.path.join(HERE, "torch_step.py"), "--threads", str(t), "--repeat",
                                      str(o.repeat), "--dims", dims, "--batch", str(o.batch)], env=env, check=True,
                                     capture_output=True, text=True).stdout
                info = json.loads(out.splitlines()[-1])
                for k, v in info.items():
                    if isinstance(v, dict):
                        other.setdefault((k, t), []).append(v["cpu"] + v["wall"])
    if info:
        print(f"PyTorch {info['torch']}, BLAS {', '.join(map(os.path.basename, info['blas']))}, kernels {info['kernels']}")
    print(f"step: {dims}, batch {o.batch}; layer: 64 molecules of 18 atoms, 128/64/256; {o.rounds} rounds of {o.repeat}")

    def value(runs, t):
        at = 0 if t == 1 else 2
        return statistics.median(r[at] for r in runs), min(r[at + 1] for r in runs)

    print("ms: one thread CPU time, more threads wall time; median / best. Ratio = PyTorch / sigen; share = of the peak.")
    print(f"  {'block':18}{'threads':>8}{'sigen':>17}{'GFLOP/s':>9}{'share':>7}{'PyTorch':>19}{'ratio':>14}{'scaling':>14}")
    for (k, t), runs in sorted(own.items(), key=lambda kv: kv[0][1]):
        med, best = value(runs, t)
        rate = runs[0][4] / med * 1e3
        line = f"  {k:18}{t:8}{med:9.2f} /{best:6.2f}{rate:9.0f}{100 * rate / (peak * t):6.0f}%"
        twin = other.get((SAME[k], t))
        if twin:
            m2, b2 = value(twin, t)
            line += f"{m2:11.2f} /{b2:6.2f}{m2 / med:8.2f} /{b2 / best:4.2f}"
        if t == 1:
            wall1[k] = statistics.median(r[2] for r in runs), min(r[3] for r in runs)
        elif k in wall1:
            line += f"{wall1[k][0] / med:8.2f} /{wall1[k][1] / best:4.2f}"
        print(line)
    for t in counts:
        if ("mp_concat", t) in other:
            m, b = value(other["mp_concat", t], t)
            m1, b1 = value(own["layer/fwdbwd", t], t)
            print(f"  against the concatenating form of the layer, forward + backward, {t} threads: {m / m1:.2f} / {b / b1:.2f}")
    print(f"load {os.getloadavg()[0]:.1f} at the end" +
          ("" if os.getloadavg()[0] < 1 + max(counts) else ": other work was running, distrust wall times"))


if __name__ == "__main__":
    sys.exit(main())
