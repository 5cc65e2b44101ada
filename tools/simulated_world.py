"""A made world for tools/simulate and tools/check-experiments: users with known tastes, and a service that serves them.

Users like the items of their own group most. A shown item is looked at with a chance that falls with its rank, and clicked by
the user's taste for its group (the position-based model: Craswell, Zoeter, Taylor, Ramsey, WSDM 2008).
"""
import http.client
import json
import math
import os
import random
import signal
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINDEN = os.environ.get("LINDEN", ROOT + "/.build/release/linden")
GROUPS = 16


def examined(rank):
    return 1 / math.log2(rank + 1)


class World:
    """Users, items, and what a user would click."""

    def __init__(self, users, items, seed=1):
        self.users, self.items, self.seed = users, items, seed
        self.draw = random.Random(seed)
        # How much a user clicks at all: what users differ in most, and what is known from before.
        self.moods = [0.1 + 0.5 * self.draw.random() for _ in range(users)]

    def write(self, folder):
        """The catalogue and what users did before, as CSV."""
        with open(folder + "/items.csv", "w") as file:
            file.write("item_id,title,categories\n")
            for item in range(self.items):
                file.write("i%d,Tale %d,genre-%d\n" % (item, item, item % GROUPS))
        with open(folder + "/interactions.csv", "w") as file:
            file.write("user_id,item_id,timestamp\n")
            now = int(time.time())
            for user in range(self.users):
                for event in range(5 + int(50 * self.moods[user])):
                    group = user % GROUPS if self.draw.random() < 0.9 else self.draw.randrange(GROUPS)
                    item = self.draw.randrange(self.items // GROUPS) * GROUPS + group
                    file.write("u%d,i%d,%d\n" % (user, item, now - 86400 * 20 + event * 60))

    def attraction(self, user, item):
        """The chance that a user who looks at an item clicks it."""
        return self.moods[user] * (1.0 if int(item[1:]) % GROUPS == user % GROUPS else 0.2)

    def expected_clicks(self, user, items):
        return sum(examined(rank) * self.attraction(user, item) for rank, item in enumerate(items, 1))

    def clicks(self, user, items, draw, factor=1.0):
        return [item for rank, item in enumerate(items, 1)
                if draw.random() < min(1, factor * examined(rank) * self.attraction(user, item))]


def linden(folder, *arguments, check=True, **options):
    command = [LINDEN, *arguments, "--data-dir", folder + "/data"]
    return subprocess.run(command, check=check, capture_output=True, text=True, **options)


def install(folder, world):
    """A trained, calibrated installation on the embedded PostgreSQL."""
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    world.write(folder)
    linden(folder, "import", "items", folder + "/items.csv")
    linden(folder, "import", "interactions", folder + "/interactions.csv")
    linden(folder, "train", "--epochs", "3", "--seed", "1", "--force")


class Node:
    """A running `linden serve`."""

    def __init__(self, folder, environment=None, arguments=()):
        self.folder = folder
        self.server = subprocess.Popen(
            [LINDEN, "serve", "--port", "0", "--data-dir", folder + "/data", *arguments], stderr=subprocess.PIPE,
            text=True, env=dict(os.environ, **(environment or {})))
        self.port, self.lines = None, []
        for line in self.server.stderr:
            self.lines.append(line)
            if "Listening on" in line:
                self.port = int(line.strip().rsplit(":", 1)[1])
                break
        if self.port is None:
            raise RuntimeError("linden serve ended: " + "".join(self.lines))
        threading.Thread(target=lambda: self.lines.extend(self.server.stderr), daemon=True).start()
        self.local = threading.local()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait()

    def ask(self, method, path, body=None, headers=None):
        """Status and JSON of an answer; one connection a thread, opened again when it is lost."""
        for attempt in range(2):
            connection = getattr(self.local, "connection", None)
            if connection is None:
                connection = self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                text = body if body is None or isinstance(body, str) else json.dumps(body)
                connection.request(method, path, text, {"Content-Type": "application/json", **(headers or {})})
                response = connection.getresponse()
                data = response.read()
                break
            except (http.client.HTTPException, ConnectionError, TimeoutError):
                connection.close()
                self.local.connection = None
                if attempt:
                    raise
        kind = response.headers.get("Content-Type", "")
        return response.status, json.loads(data) if "json" in kind else data.decode()

    def recommend(self, user, **more):
        status, answer = self.ask("POST", "/v1/recommendations", {"user_id": "u%d" % user, "n": 10, **more})
        if status != 200:
            raise RuntimeError("%d %s" % (status, answer))
        return answer

    def click(self, user, answer, items):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        events = [{"event_id": answer["recommendation_id"] + item, "user_id": "u%d" % user, "item_id": item, "type": "click", "timestamp": now,
                   "recommendation_id": answer["recommendation_id"]} for item in items]
        if events:
            status, problem = self.ask("POST", "/v1/events", {"events": events})
            if status != 202:
                raise RuntimeError("%d %s" % (status, problem))

    def metric(self, name):
        """The sum of a metric's series."""
        text = self.ask("GET", "/metrics")[1]
        values = [float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                  if line.startswith(name + " ") or line.startswith(name + "{")]
        return sum(values)

    def revision(self):
        return self.ask("GET", "/v1/tiers")[1]["revision"] or 0

    def publish(self, document, reason="simulated"):
        """Publishes a document over the revision that holds."""
        status, answer = self.ask(
            "PUT", "/v1/tiers?actor=simulation&reason=" + reason, document, {"If-Match": '"%d"' % self.revision()})
        if status != 200:
            raise RuntimeError("%d %s" % (status, answer))
        return answer["revision"]

    def flush(self):
        """Waits until all exposures are written."""
        while self.metric("linden_exposures_waiting") > 0:
            time.sleep(0.1)


def document(arms, tiers=None, share=1_000_000, layers=None, **experiment):
    """A document with one experiment over all users; `arms` are (key, lower, upper, tier)."""
    return {
        "schema": "linden-tiers/1", "hash_version": 1,
        "tiers": tiers or {"economy": {"ceiling": 0}, "standard": {"ceiling": 3}, "premium": {"ceiling": 4}},
        "default_tier": "standard", "layers": layers or [{"key": "layer", "salt": "s"}],
        "experiments": [{
            "key": "simulated", "layer": "layer", "salt": "x", "state": "RUNNING", "range_ppm": [0, share],
            "arms": [{"key": key, "range_ppm": [lower, upper], "tier": tier} for key, lower, upper, tier in arms],
            "metrics": {"primary": "ctr", "cuped_covariate": "events_28d"}, **experiment}]}


def two_arms(control="standard", treatment="standard", **experiment):
    return document([("control", 0, 500_000, control), ("treatment", 500_000, 1_000_000, treatment)], **experiment)


failures = []


def check(holds, sentence):
    print(("ok    " if holds else "FAILED ") + sentence, flush=True)
    if not holds:
        failures.append(sentence)


def finish():
    sys.exit(1 if failures else 0)
