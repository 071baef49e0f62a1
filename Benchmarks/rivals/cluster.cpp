// Many backends behind a balancer, closed clients, and a CPU quota: single-purpose C++ for each
// model, with every hop an event in one 4-ary heap, as in `limit full`.
// usage: cluster MODEL N SEED
//   least-connections : 100 first-come first-served backends, 8,000 requests a second
//   two-choices       : 1,000 of them, 80,000 a second, the less loaded of two drawn at random
//   consistent-hash   : 100 of them, 100 points each on a ring, 10,000 keys, 4,000 a second
//   closed            : 10,000 clients that think for 1 s, 100 backends by least connections
//   quota             : 100 clients without a pause, 3 backends of 40 workers under a CPU quota
#include <algorithm>

#include "limit.hpp"

static ExpZig expo;
static const double kC = 0.0005, kB = 0.0002;  // one-way latencies

enum { SOURCE, AT_LB, AT_BACKEND, COMPLETE, BACK_AT_LB, AT_CLIENT };

struct Req { double t0; u32 backend; u32 counts; };

// Rows of requests in flight, used again.
struct Table {
    std::vector<Req> rows;
    std::vector<u32> free;
    u32 open(double t, bool counts) {
        if (free.empty()) {
            rows.push_back({t, 0, counts});
            return (u32)rows.size() - 1;
        }
        const u32 s = free.back();
        free.pop_back();
        rows[s] = {t, 0, counts};
        return s;
    }
};

static inline u32 below(Rng& g, u32 n) { return (u32)(((unsigned __int128)g.next() * n) >> 64); }

// The fewest outstanding requests; among equals the first behind the last pick.
struct LeastConnections {
    std::vector<u32> out;
    u32 last;
    explicit LeastConnections(u32 n) : out(n, 0), last(n - 1) {}
    u32 pick(Rng&) {
        const u32 n = (u32)out.size();
        u32 least = ~0u;
        for (u32 i = 0; i < n; ++i) least = std::min(least, out[i]);
        u32 b = last;
        do b = b + 1 == n ? 0 : b + 1; while (out[b] != least);
        return last = b;
    }
};
struct TwoChoices {
    std::vector<u32> out;
    explicit TwoChoices(u32 n) : out(n, 0) {}
    u32 pick(Rng& g) {
        const u32 n = (u32)out.size();
        const u32 a = below(g, n);
        u32 b = below(g, n - 1);
        if (b >= a) ++b;
        return out[b] < out[a] ? b : a;
    }
};
struct ConsistentHash {
    std::vector<u32> out;
    std::vector<std::pair<u64, u32>> ring;
    std::vector<u64> keys;
    explicit ConsistentHash(u32 n) : out(n, 0), keys(10000) {
        Rng g(1);
        for (u32 b = 0; b < n; ++b)
            for (int i = 0; i < 100; ++i) ring.push_back({g.next(), b});
        std::sort(ring.begin(), ring.end());
        for (u64& k : keys) k = g.next();
    }
    u32 pick(Rng& g) {
        const u64 hash = keys[below(g, (u32)keys.size())];
        auto at = std::lower_bound(ring.begin(), ring.end(), std::make_pair(hash, 0u));
        return at == ring.end() ? ring[0].second : at->second;
    }
};

// First-come first-served backends. A rate sends open arrivals, clients send again after a pause.
template <class Strategy>
static void cluster(const char* name, u64 n, u64 seed, u32 backends, double rate, u32 clients,
                    double pause, double mean) {
    Rng g(seed), routing(seed + 1);
    Heap4 h(1024);
    Table req;
    std::vector<Ring<u32>> q(backends);
    Strategy lb(backends);
    Stats st;
    u64 made = 0, events = 0;
    const u64 warm = n / 10;
    if (rate > 0) h.push(expo(g) / rate, SOURCE);
    for (u32 i = 0; i < clients; ++i) h.push(0, SOURCE);
    while (!h.empty()) {
        const Ev e = h.top();
        const double t = e.time();
        ++events;
        const u32 slot = e.data >> 3;
        switch (e.data & 7) {
        case SOURCE: {
            if (made == n) { h.pop(); break; }
            const u32 s = req.open(t, made >= warm);
            ++made;
            if (rate > 0 && made < n) h.replace_top(t + expo(g) / rate, SOURCE); else h.pop();
            h.push(t + kC, AT_LB | s << 3);
            break;
        }
        case AT_LB: {
            const u32 b = lb.pick(routing);
            ++lb.out[b];
            req.rows[slot].backend = b;
            h.replace_top(t + kB, AT_BACKEND | slot << 3);
            break;
        }
        case AT_BACKEND: {
            const u32 b = req.rows[slot].backend;
            if (q[b].len == 0) h.replace_top(t + expo(g) * mean, COMPLETE | b << 3); else h.pop();
            q[b].push(slot);
            break;
        }
        case COMPLETE: {  // its slot is the backend's number
            const u32 s = q[slot].pop();
            h.replace_top(t + kB, BACK_AT_LB | s << 3);
            if (q[slot].len) h.push(t + expo(g) * mean, COMPLETE | slot << 3);
            break;
        }
        case BACK_AT_LB:
            --lb.out[req.rows[slot].backend];
            h.replace_top(t + kC, AT_CLIENT | slot << 3);
            break;
        case AT_CLIENT:
            if (req.rows[slot].counts) st.add(t - req.rows[slot].t0);
            req.free.push_back(slot);
            if (clients) h.replace_top(t + expo(g) * pause, SOURCE); else h.pop();
            break;
        }
    }
    report("cpp-full", name, n, events, st);
}

// Processor sharing among up to 40 requests on as many cores, and 100 ms periods of a quota that
// all of them spend together: virtual time, as in Sources/ClusterModel/Processor.swift.
struct Cpu {
    double quota, served = 0, now = 0, left, end = 0.1;
    bool throttled = false;
    u32 version = 0;
    std::vector<std::pair<double, u32>> jobs;  // a heap: least virtual finish on top
    Ring<u32> line;
    explicit Cpu(double cpus) : quota(cpus * 0.1), left(quota) {}

    void refill(double t) {
        throttled = false;
        while (end <= t) end += 0.1;
        left = quota;
    }
    void advance(double t) {
        const double span = t - now;
        now = t;
        if (jobs.empty() || throttled || span == 0) return;
        served += span;
        double spending = span;
        if (t >= end) {
            refill(t);
            spending = t - (end - 0.1);
        }
        left -= (double)jobs.size() * spending;
    }
    void start(u32 slot, double demand, double t) {
        advance(t);
        if (jobs.empty() && t >= end) refill(t);
        jobs.push_back({served + demand, slot});
        std::push_heap(jobs.begin(), jobs.end(), std::greater<>());
    }
    double due() const {
        if (throttled) return end;
        const double k = (double)jobs.size();
        const double completion = std::max(0.0, jobs.front().first - served);
        double exhausted = left / k;
        if (left >= k * (end - now))
            exhausted = quota >= k * 0.1 ? 1e300 : (end - now) + quota / k;
        return now + std::min(completion, exhausted);
    }
    // The slot that is done, or -1 when the quota was spent or refilled.
    int64_t take(double t) {
        advance(t);
        if (throttled) { refill(t); return -1; }
        if (jobs.front().first > served + 1e-12) { throttled = true; return -1; }
        const u32 slot = jobs.front().second;
        std::pop_heap(jobs.begin(), jobs.end(), std::greater<>());
        jobs.pop_back();
        return slot;
    }
};

static void quota(u64 n, u64 seed) {
    Rng g(seed);
    Heap4 h(1024);
    Table req;
    std::vector<Cpu> cpu = {Cpu(0.125), Cpu(0.25), Cpu(0.25)};
    Swrr lb;
    Stats st;
    u64 made = 0, events = 0;
    const u64 warm = n / 10;
    auto plan = [&](u32 b) {  // what was planned before is out of date
        ++cpu[b].version;
        if (!cpu[b].jobs.empty()) h.push(cpu[b].due(), COMPLETE | b << 3 | cpu[b].version << 5);
    };
    for (int i = 0; i < 100; ++i) h.push(0, SOURCE);
    while (!h.empty()) {
        const Ev e = h.pop();
        const double t = e.time();
        const u32 slot = e.data >> 3;
        ++events;
        switch (e.data & 7) {
        case SOURCE:
            if (made == n) break;
            h.push(t + 3 * kC, AT_LB | req.open(t, made >= warm) << 3);
            ++made;
            break;
        case AT_LB:
            req.rows[slot].backend = (u32)lb.pick();
            h.push(t + 3 * kB, AT_BACKEND | slot << 3);
            break;
        case AT_BACKEND: {
            const u32 b = req.rows[slot].backend;
            if (cpu[b].jobs.size() == 40) { cpu[b].line.push(slot); break; }
            cpu[b].start(slot, expo(g) * 0.004, t);
            plan(b);
            break;
        }
        case COMPLETE: {
            const u32 b = slot & 3;
            if (slot >> 2 != (cpu[b].version & 0x7ffffff)) break;
            const int64_t done = cpu[b].take(t);
            if (done >= 0) {
                if (cpu[b].line.len) cpu[b].start(cpu[b].line.pop(), expo(g) * 0.004, t);
                h.push(t + kB, BACK_AT_LB | (u32)done << 3);
            }
            plan(b);
            break;
        }
        case BACK_AT_LB:
            h.push(t + kC, AT_CLIENT | slot << 3);
            break;
        case AT_CLIENT:
            if (req.rows[slot].counts) st.add(t - req.rows[slot].t0);
            req.free.push_back(slot);
            h.push(t, SOURCE);
            break;
        }
    }
    report("cpp-full", "quota", n, events, st);
}

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s MODEL N SEED\n", argv[0]);
        return 64;
    }
    const std::string model = argv[1];
    const u64 n = std::strtoull(argv[2], nullptr, 10), seed = std::strtoull(argv[3], nullptr, 10);
    if (model == "least-connections")
        cluster<LeastConnections>("least-connections", n, seed, 100, 8000, 0, 0, 0.01);
    else if (model == "two-choices")
        cluster<TwoChoices>("two-choices", n, seed, 1000, 80000, 0, 0, 0.01);
    else if (model == "consistent-hash")
        cluster<ConsistentHash>("consistent-hash", n, seed, 100, 4000, 0, 0, 0.01);
    else if (model == "closed")
        cluster<LeastConnections>("closed", n, seed, 100, 0, 10000, 1, 0.005);
    else if (model == "quota") quota(n, seed);
    else return std::fprintf(stderr, "no such model\n"), 64;
}
