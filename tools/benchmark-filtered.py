#!/usr/bin/env python3
"""Measures filtered search of Linden beside every peer that filters, in turns on one core.

    tools/benchmark-filtered.py --peers DIR [--rows 100000,1000000]

A filter lets 1 % or 10 % of the rows through, chosen by chance; the truth is an exact search among them. Each gets the
fastest of its settings whose recall@10 reaches .95 and .99. What stands for the filter is made before the clock starts:
Linden's a bit mask, faiss' an IDSelectorBitmap, hnswlib's a function that Python calls for each row that is visited
(slow: its C++ has no other way in from Python), and exact-gathered multiplies a copy of the allowed rows with the query
(NumPy): what an index of its own for each filter would cost. usearch's and scann's Python packages do not filter.
"""

import argparse
import json
import os
import pathlib
import sys
import time

import benchmark_rounds as rounds

SHARES = (0.01, 0.1)
FILTERS = {
    "linden": "bit mask",
    "faiss_ivfflat": "IDSelectorBitmap",
    "faiss_rr_ivfpqfs_refine": "IDSelectorBitmap",
    "faiss_hnsw": "IDSelectorBitmap",
    "hnswlib": "Python function",
    "exact-gathered": "own copy of the rows",
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    rounds.add_peer_arguments(parser)
    parser.add_argument("--rows", default="100000,1000000", help="sizes of made sets (default: 100000,1000000)")
    parser.add_argument("--against", default=",".join(list(FILTERS)[1:]), help="peers (default: all that have an index)")
    parser.add_argument("--queries", type=int, default=300, help="queries asked under each filter (default: 300)")
    parser.add_argument("--serve", nargs=2, metavar=("DATADIR", "PEER"), help=argparse.SUPPRESS)
    return parser.parse_args()


def ensure_filter(folder, share):
    """Makes a filter of the rows and its truth, and returns what their paths begin with."""
    import numpy

    prefix = folder / "filters" / f"share{share}"
    if not pathlib.Path(f"{prefix}.gt.npy").exists():
        base, queries = numpy.load(folder / "base.npy", mmap_mode="r"), numpy.load(folder / "queries.npy")
        allowed = numpy.flatnonzero(numpy.random.default_rng(7).random(len(base)) < share)
        scores = queries @ base[allowed].T
        head = numpy.argpartition(-scores, 100, axis=1)[:, :100]
        order = numpy.argsort(-numpy.take_along_axis(scores, head, 1), axis=1, kind="stable")
        prefix.parent.mkdir(exist_ok=True)
        numpy.save(f"{prefix}.ids.npy", allowed.reshape(-1, 1))
        numpy.save(f"{prefix}.gt.npy", allowed[numpy.take_along_axis(head, order, 1)].astype(numpy.int32))
    return prefix


class Peer:
    """A peer's index, searched under a filter."""

    def __init__(self, folder, name, scripts):
        sys.path.insert(0, str(scripts))
        self.folder, self.name, self.filter = folder, name, None
        if name == "exact-gathered":
            return
        from methods import REG

        self.method = REG[name]()
        self.method.load(f"{folder}/idx/{name}", str(folder))

    @property
    def settings(self):
        if self.name == "exact-gathered":
            return [None]
        # Under a filter more must be looked at than without.
        more = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
        return {"faiss_rr_ivfpqfs_refine": [[p, k] for p in more for k in (50, 200)],
                "hnswlib": [16, 32, 64, 128, 256, 512]}.get(self.name, more)

    def use(self, path):
        """Makes what stands for the filter."""
        import numpy

        if self.filter == path:
            return
        self.filter = path
        ids = numpy.load(path + ".ids.npy").reshape(-1)
        if self.name == "exact-gathered":
            self.ids = ids
            self.rows = numpy.ascontiguousarray(numpy.load(self.folder / "base.npy", mmap_mode="r")[ids])
        elif self.name == "hnswlib":
            allowed = numpy.zeros(self.method.ix.get_current_count(), bool)
            allowed[ids] = True
            table = allowed.tolist()
            self.allows = table.__getitem__
        else:
            import faiss

            bits = numpy.zeros(self.method.ix.ntotal, bool)
            bits[ids] = True
            self.bitmap = numpy.packbits(bits, bitorder="little")
            self.selector = faiss.IDSelectorBitmap(self.bitmap)

    def search(self, query, setting):
        """Ten rows, best first."""
        import numpy

        if self.name == "exact-gathered":
            scores = self.rows @ query
            head = numpy.argpartition(-scores, 10)[:10]
            return self.ids[head[numpy.argsort(-scores[head])]]
        if self.name == "hnswlib":
            self.method.ix.set_ef(setting)
            return self.method.ix.knn_query(query, 10, num_threads=1, filter=self.allows)[0][0]
        return self.method.ix.search(query[None], 10, params=self.faiss_parameters(setting))[1][0]

    def faiss_parameters(self, setting):
        import faiss

        if self.name == "faiss_hnsw":
            return faiss.SearchParametersHNSW(sel=self.selector, efSearch=setting)
        if self.name == "faiss_ivfflat":
            return faiss.SearchParametersIVF(sel=self.selector, nprobe=setting)
        # The parameters hold no reference to those that they are made of.
        self.inner = faiss.SearchParametersIVF(sel=self.selector, nprobe=setting[0])
        self.turned = faiss.SearchParametersPreTransform(index_params=self.inner)
        return faiss.IndexRefineSearchParameters(k_factor=setting[1] / 10, base_index_params=self.turned)


def serve(folder, name, scripts):
    """Answers requests on standard input, as worker.py does, each with a filter."""
    import numpy

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    folder = pathlib.Path(folder)
    queries = numpy.load(folder / "queries.npy")
    peer = Peer(folder, name, scripts)

    def say(answer):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    def ask(setting, low, high, truth):
        peer.search(queries[low], setting)
        milliseconds, found = [], 0
        for number in range(low, high):
            start = time.perf_counter_ns()
            rows = peer.search(queries[number], setting)
            milliseconds.append((time.perf_counter_ns() - start) / 1e6)
            found += len(set(numpy.asarray(rows).tolist()) & set(truth[number].tolist()))
        return milliseconds, found / 10 / (high - low)

    say({"ok": 1})
    for line in sys.stdin:
        request = json.loads(line)
        if request["c"] == "quit":
            break
        peer.use(request["filter"])
        truth = numpy.load(request["filter"] + ".gt.npy")[:, :10]
        if request["c"] == "run":
            milliseconds, recall = ask(request["p"], request["lo"], request["hi"], truth)
            say({"L": milliseconds, "recall": recall})
            continue
        sweep = []
        for setting in peer.settings:
            milliseconds, recall = ask(setting, 0, request["nq"], truth)
            sweep.append({"p": setting, "recall": recall} | rounds.times(milliseconds))
            if recall >= 0.998:
                break
        say({"sweep": sweep})


def compare(folder, options, scripts):
    """Measures all peers on the set of a folder under each filter, and prints a table for each."""
    linden = rounds.start_linden(folder, options.cpu, rounds.SERVICE_DEPTH)
    results = {}
    for share in SHARES:
        path = str(ensure_filter(folder, share))
        ours = linden.fastest_plans(linden.ask("sweep", nq=options.queries, filter=path)["sweep"])
        own = {target: plan | {"milliseconds": []} for target, plan in ours.items()}
        measured = {"linden": own}
        for name in options.against.split(","):
            if name != "exact-gathered" and not (folder / "idx" / f"{name}.build.json").exists():
                print(f"{name} has no index of {folder.name}; build.py makes one", file=sys.stderr)
                continue
            peer = None
            try:
                peer = rounds.Worker([sys.executable, __file__, "--peers", options.peers, "--scripts", scripts,
                                      "--serve", folder, name], options.cpu)
                plans = peer.fastest_plans(peer.ask("sweep", nq=options.queries, filter=path)["sweep"])
                measured[name] = {}
                for target, plan in plans.items():
                    mine, theirs, ratio = rounds.run_in_turns(
                        linden, ours[target]["p"], peer, plan["p"], options.queries, options.rounds, options.chunk,
                        filter=path)
                    own[target]["milliseconds"] += mine
                    measured[name][target] = plan | rounds.times(theirs) | ratio
                peer.quit()
            except (RuntimeError, BrokenPipeError) as error:
                measured.pop(name, None)
                print(f"{name}: {error}", file=sys.stderr)
        for found in own.values():
            found |= rounds.times(found.pop("milliseconds") or [0])
        print_comparison(folder, share, measured)
        results[share] = measured
    linden.quit()
    return results


def print_comparison(folder, share, measured):
    for target in rounds.TARGETS:
        print(f"## {folder.name}, {100 * share:g} % allowed, recall@10 ≥ {target}; Linden's prefixes up to "
              f"{rounds.SERVICE_DEPTH} dimensions, as a service keeps them\n")
        rows = []
        for name, found in measured.items():
            at = found[target]
            ratio = f"{at['ratio']:.2f} ({at['low']:.2f}–{at['high']:.2f})" if "ratio" in at else "1"
            short = "" if at["recall"] >= target else " (most)"
            rows.append([name, FILTERS.get(name, ""), at["p"], f"{at['recall']:.4f}{short}",
                         rounds.decimals(at["p50"]), rounds.decimals(at["p95"]), ratio])
        rounds.table(["", "filter", "setting", "recall", "p50 ms", "p95 ms", "time over Linden's"], rows)


def main():
    options = arguments()
    rounds.use_peers_python(options.peers)
    scripts = pathlib.Path(options.scripts or pathlib.Path(options.peers) / "bin")
    if options.serve:
        serve(*options.serve, scripts)
        return
    results = {size: compare(rounds.ensure_data(scripts, options.peers, int(size), options.cpu), options, scripts)
               for size in options.rows.split(",")}
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
