#!/usr/bin/env python3
"""Speed and exactness of `simlab` beside rivals that simulate the same models.

    make bench                 or    python3 Benchmarks/bench.py [--rounds N] [--quick]

In each round every program runs once, one after the other, so that all of them meet the same
machine; what counts is the ratio within a round, of which the median is shown. Speed is requests
per second of user CPU time of the whole process, start-up included.

Exit status: 0 when all thresholds are met, 1 when one is missed, 69 when a program is missing.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
WORK = os.path.join(ROOT, ".build", "bench")
SIMLAB = os.path.join(ROOT, ".build", "release", "simlab")
MILLION = 1_000_000

# Exact response times in seconds: M/M/1, and for M2 the queue MAP/M/1 of one backend.
# Of the others nobody knows them; there simlab is held against the rival, a program of its own.
MODELS = {
    "M1": dict(
        file="mm1.yaml", name="mm1", requests=20 * MILLION,
        exact=dict(mean=5, p50=3.4657, p95=14.979, p99=23.026)),
    "M2": dict(
        file="three-weighted-open.yaml", name="three-weighted", requests=5 * MILLION,
        exact=dict(mean=0.0153090, p50=0.0104232, p95=0.0449432, p99=0.0758039)),
    "LC": dict(name="least-connections", requests=2 * MILLION, backends=100, rate=8_000),
    "P2C": dict(name="two-choices", requests=4 * MILLION, backends=1_000, rate=80_000,
                strategy="power-of-two"),
    "CH": dict(name="consistent-hash", requests=2 * MILLION, backends=100, rate=4_000, keys=10_000),
    "closed": dict(name="closed", requests=3 * MILLION, backends=100, clients=10_000,
                   strategy="least-connections"),
    "quota": dict(file="quota.yaml", name="quota", requests=MILLION),
}
FIGURES = ("mean", "p50", "p95", "p99")
# How many requests each rival simulates: as many as keep it busy for a second or more.
RIVALS = {
    "C++ full": {key: model["requests"] for key, model in MODELS.items()},
    "C++ lanes": dict(M2=5 * MILLION),
    "C++ collapsed": dict(M1=40 * MILLION, M2=20 * MILLION),
    "C++ lindley": dict(M1=80 * MILLION, M2=60 * MILLION),
    "SimPy": dict(M1=100_000, M2=60_000),
}
# Ours over "C++ full".
FULL_RATIO = {"M1": 1.0, "M2": 3.0, "LC": 1.0, "P2C": 0.9, "CH": 1.5, "closed": 0.7, "quota": 0.8}
START_TO_EXIT_MS = 100  # three-weighted, 20,000 requests
# How far the mean over all rounds of a figure may lie from the exact value, at 5 million
# requests a round (M1: 20 million); fewer requests may be farther off, by the square root.
TOLERANCE = 0.01
# How far simlab and a rival may be apart where no exact value is known; on a ring the place of the
# points, which they draw each for itself, decides which backend is the busiest.
DISTANCE = {"LC": 0.02, "P2C": 0.02, "CH": 0.05, "closed": 0.02, "quota": 0.03}


def written(key, model):
    """The file of a model; one of many backends, which differ in nothing, is written here."""
    if "file" in model:
        return os.path.join(HERE, "models", model["file"])
    path = os.path.join(WORK, f"{model['name']}.yaml")
    if "rate" in model:
        load = (f"open: {{rate: {model['rate']}/s, arrivals: poisson, "
                f"requests: {model['requests']}}}")
    else:
        load = (f"closed: {{concurrency: {model['clients']}, requests: {model['requests']}, "
                "think: {exponential: 1s}}")
    keys = f"\n    request: {{key: {{uniform: {model['keys']}}}}}" if "keys" in model else ""
    mean = "10ms" if "rate" in model else "5ms"
    server = model.get("server", f"workers: 1, service: {{cpu: {{exponential: {mean}}}}}")
    backends = "\n".join(f"  b{number}: {{}}" for number in range(1, model["backends"] + 1))
    with open(path, "w") as file:
        file.write(f"""name: {model['name']}
clients:
  load:
    {load}{keys}
balancer: {{like: ideal, strategy: {model.get('strategy', model['name'])}}}
backend_defaults: {{{server}}}
backends:
{backends}
network:
  transport: message
  links:
    - {{from: clients, to: balancer, latency: 0.5ms}}
    - {{from: balancer, to: backends, latency: 0.2ms}}
run: {{warmup: 5s}}
""")
    return path


def user_seconds(command):
    """What a command prints, and the user CPU seconds that it took."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"bench: {' '.join(command)} ended with {process.returncode}")
        output.seek(0)
        return json.load(output), usage.ru_utime


def run_simlab(key, model, seed):
    command = [SIMLAB, "run", written(key, model), "--seed", str(seed), "--format", "json",
               "--no-progress"]
    result, seconds = user_seconds(command)
    latency = result["latency_ms"]
    figures = {name: latency[name]["value"] / 1000 for name in FIGURES}
    return figures, result["requests"]["succeeded"] / seconds


def run_rival(rival, model, count, seed):
    if rival == "SimPy":
        command = [os.path.join(WORK, "venv", "bin", "python"),
                   os.path.join(HERE, "rivals", "simpy_queues.py")]
    elif "exact" in model:
        command = [os.path.join(WORK, "limit"), rival.removeprefix("C++ ")]
    else:
        command = [os.path.join(WORK, "cluster")]
    result, seconds = user_seconds(command + [model["name"], str(count), str(seed)])
    return {name: result[name] for name in FIGURES}, count / seconds


def prepare():
    """Builds the rivals; returns those that cannot run, each with the reason."""
    os.makedirs(WORK, exist_ok=True)
    if not os.access(SIMLAB, os.X_OK):
        print("bench: simlab is not built; run make bench", file=sys.stderr)
        raise SystemExit(69)
    absent = {}
    try:
        for program in ("limit", "cluster"):
            subprocess.run(
                ["g++", "-std=c++17", "-O3", "-march=native", "-o", os.path.join(WORK, program),
                 os.path.join(HERE, "rivals", program + ".cpp")], check=True)
    except (OSError, subprocess.CalledProcessError) as reason:
        absent.update({name: str(reason) for name in RIVALS if name.startswith("C++")})
    venv = os.path.join(WORK, "venv")
    if not os.path.exists(os.path.join(venv, "ready")):
        steps = [[sys.executable, "-m", "venv", "--clear", venv],
                 [os.path.join(venv, "bin", "pip"), "install", "--quiet", "--retries", "1",
                  "--timeout", "15", "simpy==4.1.1"]]
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            if done.returncode != 0:
                lines = (done.stderr or done.stdout).strip().splitlines()
                absent["SimPy"] = lines[-1] if lines else f"{step[0]} failed"
                break
        else:
            open(os.path.join(venv, "ready"), "w").close()
    return absent


def measure(rounds, absent):
    """Speeds and figures of each program and model, a list with one entry a round."""
    speeds, figures = {}, {}
    for number in range(1, rounds + 1):
        print(f"round {number} of {rounds}", file=sys.stderr)
        for key, model in MODELS.items():
            runs = {"simlab": run_simlab(key, model, number)}
            for rival, counts in RIVALS.items():
                if key in counts and rival not in absent:
                    runs[rival] = run_rival(rival, model, counts[key], number)
            for program, (found, speed) in runs.items():
                figures.setdefault((key, program), []).append(found)
                speeds.setdefault((key, program), []).append(speed)
    return speeds, figures


def ratios(speeds, key, program):
    return [ours / other
            for ours, other in zip(speeds[key, "simlab"], speeds[key, program])]


def off_by(key, program, figures):
    """The largest relative error of a program's means over all rounds, and what it may be; None
    where there is nothing to hold it against."""
    model = MODELS[key]
    found = means(figures[key, program])
    if "exact" in model:
        count = model["requests"] if program == "simlab" else RIVALS[program][key]
        allowed = TOLERANCE * max(1, (model["requests"] / count) ** 0.5)
        true = model["exact"]
    elif program == "simlab" and (key, "C++ full") in figures:
        allowed = DISTANCE[key]
        true = means(figures[key, "C++ full"])
    else:
        return None, None
    return max(abs(found[name] / true[name] - 1) for name in FIGURES), allowed


def means(rounds):
    return {name: statistics.mean(one[name] for one in rounds) for name in FIGURES}


def start_to_exit(runs):
    """The median wall time in milliseconds of three-weighted, from start to exit."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        subprocess.run(
            [SIMLAB, "run", os.path.join(ROOT, "topologies", "three-weighted.yaml")],
            check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def show(speeds, figures):
    print(f"\n{'':8}{'':15}{'M requests':>12}{'simlab':>10}{'range of':>18}{'farthest from':>15}")
    print(f"{'Model':8}{'Program':15}{'a CPU s':>12}{'is × it':>10}{'the ratio':>18}"
          f"{'exact, or C++':>15}")
    for (key, program), found in speeds.items():
        row = f"{key:8}{program:15}{statistics.median(found) / MILLION:12.3f}"
        if program == "simlab":
            row += " " * 28
        else:
            each = ratios(speeds, key, program)
            row += f"{statistics.median(each):10.2f}{f'{min(each):.2f} to {max(each):.2f}':>18}"
        error, _ = off_by(key, program, figures)
        print(row + ("" if error is None else f"{error:14.2%}"))


def judge(speeds, figures, wall_ms):
    """Prints each threshold and whether it is met; returns whether all are."""
    verdicts = []
    for key, wanted in FULL_RATIO.items():
        if (key, "C++ full") in speeds:
            ratio = statistics.median(ratios(speeds, key, "C++ full"))
            verdicts.append((ratio >= wanted, f"{key}: simlab is {ratio:.2f} times as fast as "
                             f"C++ full; at least {wanted} wanted"))
    verdicts.append((wall_ms < START_TO_EXIT_MS, f"three-weighted, 20,000 requests: "
                     f"{wall_ms:.0f} ms from start to exit; less than {START_TO_EXIT_MS} wanted"))
    for key, program in figures:
        error, allowed = off_by(key, program, figures)
        if error is not None and (program == "simlab" or error > allowed):
            whom = "the exact values" if "exact" in MODELS[key] else "those of C++ full"
            verdicts.append((error <= allowed, f"{key}: mean, p50, p95 and p99 of {program} are "
                             f"within {error:.2%} of {whom}; {allowed:.1%} allowed"))
    print()
    for passed, sentence in verdicts:
        print(f"{'pass' if passed else 'FAIL'}  {sentence}")
    return all(passed for passed, _ in verdicts)


def rounds_asked(description):
    """How many rounds the command line asks for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--quick", action="store_true", help="one round")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    return 1 if options.quick else options.rounds


def main():
    rounds = rounds_asked("Speed and exactness of simlab beside rivals.")
    absent = prepare()
    speeds, figures = measure(rounds, absent)
    show(speeds, figures)
    for rival, reason in absent.items():
        print(f"\n{rival} was skipped: {reason}")
    passed = judge(speeds, figures, start_to_exit(5 if rounds == 1 else 15))
    raise SystemExit(0 if passed else 1)


if __name__ == "__main__":
    main()
