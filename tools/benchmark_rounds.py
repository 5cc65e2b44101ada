"""Measures programs in turns on one core: what tools/benchmark and tools/benchmark-filtered.py share.

A worker is a program that answers a JSON value a line, as worker.py of the peers' scripts does:
{"c": "sweep", "nq": N} names its plans with their recall and times, {"c": "run", "p": PLAN, "lo": A, "hi": B} gives the
milliseconds of each query, {"c": "batch", "p": PLAN, "nq": N} its throughput, {"c": "quit"} ends it.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGETS = (0.95, 0.99)
# The longest prefix that the index of a service keeps for scans, in dimensions.
SERVICE_DEPTH = 64
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def add_peer_arguments(parser):
    """Adds the arguments that both tools have."""
    home = os.environ.get("PEERS_HOME")
    parser.add_argument("--peers", metavar="DIR", default=home, required=home is None,
                        help="folder with the peers' venv/ and data/ (default: $PEERS_HOME)")
    parser.add_argument("--scripts", metavar="DIR",
                        help="folder with gen_data.py, build.py and worker.py (default: bin/ of --peers)")
    parser.add_argument("--cpu", default="0", help="the core that everything is pinned to (default: 0)")
    parser.add_argument("--rounds", type=int, default=10, help="turns of each pair (default: 10)")
    parser.add_argument("--chunk", type=int, default=100, help="queries of a turn (default: 100)")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")


def use_peers_python(home):
    """Starts the running script again with the Python of the peers' environment, where NumPy is."""
    python = pathlib.Path(home) / "venv" / "bin" / "python"
    if not python.exists():
        sys.exit(f"There is no {python}. Make a virtual environment there, with numpy and the peers' packages.")
    if pathlib.Path(sys.prefix).resolve() != (pathlib.Path(home) / "venv").resolve():
        os.execv(python, [str(python), *sys.argv])


def ensure_data(scripts, home, rows, cpu):
    """Returns the folder of the made set of that many rows, made if need be."""
    name = f"mrl{rows // 1_000_000}m" if rows % 1_000_000 == 0 else f"mrl{rows // 1000}k"
    folder = pathlib.Path(home) / "data" / name
    if not (folder / "gt100.npy").exists():
        print(f"making {folder}", file=sys.stderr)
        subprocess.run(["taskset", "-c", cpu, sys.executable, str(scripts / "gen_data.py"), "--n", str(rows),
                        "--out", str(folder), "--no-vecs"], check=True, stdout=sys.stderr, env=os.environ | ONE_THREAD)
    return folder


class Worker:
    """A program that answers, pinned to one core."""

    def __init__(self, command, cpu, nice=0):
        # Compiled libraries print on the standard error; what they say matters only when the worker dies.
        self.process = subprocess.Popen(["nice", "-n", str(nice), "taskset", "-c", cpu, *map(str, command)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, env=os.environ | ONE_THREAD)
        self.command = command
        self.greeting = self._read()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(map(str, self.command))} ended with {self.process.wait()}")
        return json.loads(line)

    def ask(self, command, **arguments):
        self.process.stdin.write(json.dumps({"c": command} | arguments) + "\n")
        self.process.stdin.flush()
        return self._read()

    def fastest_plans(self, sweep):
        """For each target the fastest plan that reaches it, or that with the highest recall."""
        plans = {}
        for target in TARGETS:
            reaching = [found for found in sweep if found["recall"] >= target]
            plans[target] = min(reaching, key=lambda found: found["p50"]) if reaching else max(
                sweep, key=lambda found: found["recall"])
        return plans

    def quit(self):
        self.process.stdin.write('{"c": "quit"}\n')
        self.process.stdin.close()
        self.process.wait()


def start_linden(folder, cpu, depth=None):
    options = [] if depth is None else ["--depth", depth]
    return Worker([ROOT / "tools" / "linden-worker", folder, *options], cpu)


def run_in_turns(linden, ours, peer, theirs, queries, rounds, chunk, **arguments):
    """Asks Linden, the peer and Linden again, over chunk after chunk of the queries.

    Returns the milliseconds of each call of both, and the median ratio of the peer's median to the mean of Linden's two:
    above 1 Linden is faster. A ratio within a turn is robust against a machine that slowly changes its pace.
    """
    mine, others, ratios = [], [], []
    chunk = min(chunk, queries)
    for turn in range(rounds):
        low = turn * chunk % (queries - chunk + 1)
        part = {"lo": low, "hi": low + chunk} | arguments
        before = linden.ask("run", p=ours, **part)["L"]
        between = peer.ask("run", p=theirs, **part)["L"]
        after = linden.ask("run", p=ours, **part)["L"]
        mine += before + after
        others += between
        ratios.append(2 * statistics.median(between) / (statistics.median(before) + statistics.median(after)))
    return mine, others, {"ratio": statistics.median(ratios), "low": min(ratios), "high": max(ratios)}


def times(milliseconds):
    """Median and 95th percentile."""
    ordered = sorted(milliseconds)
    return {"p50": statistics.median(ordered), "p95": ordered[int(0.95 * len(ordered))]}


def table(head, rows):
    """Prints a Markdown table."""
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print(flush=True)


def decimals(value):
    """A time or ratio with three figures that count."""
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"
