"""The models of the benchmark in SimPy, in the style of its documentation.

One process a request, one Resource a backend. Prints what it found as one line of JSON.

    python3 simpy_queues.py mm1|three-weighted N SEED
"""
import json
import math
import random
import sys

import simpy

SERVICE_MEANS = (1 / 125, 1 / 250, 1 / 375)  # seconds
WEIGHTS = (1, 2, 3)
TO_BALANCER, TO_BACKEND = 0.0005, 0.0002  # one-way latencies, seconds

model, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
draw = random.Random(seed).expovariate
env = simpy.Environment()
responses = [0.0] * count  # by order of arrival


class SmoothWeightedRoundRobin:
    def __init__(self):
        self.credits = [0] * len(WEIGHTS)

    def pick(self):
        credits, best = self.credits, 0
        for place, weight in enumerate(WEIGHTS):
            credits[place] += weight
            if credits[place] > credits[best]:
                best = place
        credits[best] -= sum(WEIGHTS)
        return best


def source(rate, handle):
    for number in range(count):
        yield env.timeout(draw(rate))
        env.process(handle(number))


if model == "mm1":
    server = simpy.Resource(env, 1)

    def request(number):
        born = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(draw(1.0))
        responses[number] = env.now - born

    env.process(source(0.8, request))
elif model == "three-weighted":
    servers = [simpy.Resource(env, 1) for _ in WEIGHTS]
    balancer = SmoothWeightedRoundRobin()

    def request(number):
        born = env.now
        yield env.timeout(TO_BALANCER)
        backend = balancer.pick()
        yield env.timeout(TO_BACKEND)
        with servers[backend].request() as turn:
            yield turn
            yield env.timeout(draw(1 / SERVICE_MEANS[backend]))
        yield env.timeout(TO_BACKEND)
        yield env.timeout(TO_BALANCER)
        responses[number] = env.now - born

    env.process(source(600, request))
else:
    sys.exit("there is no such model")

env.run()
measured = sorted(responses[count // 10:])


def percentile(percent):
    return measured[max(0, math.ceil(percent / 100 * len(measured)) - 1)]


print(json.dumps({
    "n": count, "mean": sum(measured) / len(measured),
    "p50": percentile(50), "p95": percentile(95), "p99": percentile(99)}))
