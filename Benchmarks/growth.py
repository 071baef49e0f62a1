#!/usr/bin/env python3
"""What an event costs in a large system, over what it costs in a small one.

    make bench                 or    python3 Benchmarks/growth.py [--rounds N] [--quick]

Ten backends against ten thousand, and ten pending events against a million. The cost is the user
CPU time that a longer run takes more than a shorter one, over the events that it has more: start
and report, which a run pays once, are left out. Each round measures all four runs of a case one
after the other, and its ratio is taken within it; the median is shown.

Exit status: 0 when all ratios are below the limit, 1 when one is not, 69 when simlab is not built.
"""
import os
import statistics
import sys

from bench import MILLION, SIMLAB, WORK, rounds_asked, user_seconds, written

LIMIT = 2.0


def backends(strategy):
    """A cluster at a load of 0.8, of any size."""
    def model(size, requests):
        return written("growth", dict(
            name=f"{strategy}-{size}-{requests}", requests=requests, backends=size,
            rate=80 * size, strategy=strategy))
    return model


def shared(strategy):
    """A cluster whose backends divide their CPU, so that a run takes every event."""
    def model(size, requests):
        return written("growth", dict(
            name=f"shared-{strategy}-{size}-{requests}", requests=requests, backends=size,
            rate=80 * size, strategy=strategy,
            server="workers: 8, cpus: 4, service: {cpu: {exponential: 20ms}}"))
    return model


def pending(size, requests):
    """Requests that are on their way for so long that about `size` of them always are."""
    path = os.path.join(WORK, f"pending-{size}-{requests}.yaml")
    with open(path, "w") as file:
        file.write(f"""name: pending
clients:
  load: {{open: {{rate: 800/s, arrivals: poisson, requests: {requests}}}}}
balancer: {{like: ideal, strategy: round-robin}}
backend_defaults: {{workers: 1, service: {{cpu: {{exponential: 1ms}}}}}}
backends: {{b1: {{}}}}
network:
  transport: message
  links:
    - {{from: clients, to: balancer, latency: {{exponential: {size / 800}s}}}}
run: {{warmup: none}}
""")
    return path


CASES = {
    "10 to 10,000 backends, round robin": (backends("round-robin"), 10, 10_000),
    "10 to 10,000 backends, weighted round robin":
        (backends("weighted-round-robin"), 10, 10_000),
    "10 to 10,000 backends, power of two": (backends("power-of-two"), 10, 10_000),
    "10 to 10,000 backends, least connections": (backends("least-connections"), 10, 10_000),
    "10 to 10,000 backends under a quota, round robin": (shared("round-robin"), 10, 10_000),
    "10 to 10,000 backends under a quota, power of two": (shared("power-of-two"), 10, 10_000),
    "10 to 1,000,000 pending events": (pending, 10, MILLION),
}
SHORT, LONG = 2 * MILLION, 6 * MILLION


def cost(model, size, seed):
    """Nanoseconds of user CPU time an event."""
    found = []
    for requests in (SHORT, LONG):
        command = [SIMLAB, "run", model(size, requests), "--seed", str(seed), "--format", "json",
                   "--no-progress"]
        result, seconds = user_seconds(command)
        found.append((seconds, result["events"]))
    return (found[1][0] - found[0][0]) / (found[1][1] - found[0][1]) * 1e9


def main():
    count = rounds_asked("What an event costs as a system grows.")
    if not os.access(SIMLAB, os.X_OK):
        print("growth: simlab is not built; run make bench", file=sys.stderr)
        raise SystemExit(69)
    os.makedirs(WORK, exist_ok=True)
    passed = True
    for name, (model, small, large) in CASES.items():
        rounds = [(cost(model, small, seed), cost(model, large, seed))
                  for seed in range(1, count + 1)]
        ratio = statistics.median(b / a for a, b in rounds)
        passed = passed and ratio < LIMIT
        print(f"{'pass' if ratio < LIMIT else 'FAIL'}  {name}: "
              f"{statistics.median(a for a, _ in rounds):.0f} to "
              f"{statistics.median(b for _, b in rounds):.0f} ns an event, {ratio:.2f} times; "
              f"less than {LIMIT:g} wanted", flush=True)
    raise SystemExit(0 if passed else 1)


if __name__ == "__main__":
    main()
