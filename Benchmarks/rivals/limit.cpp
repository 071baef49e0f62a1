// Speed-of-light programs. usage: limit VARIANT MODEL N SEED
//   VARIANT full      : one future-event list (4-ary heap) holding every event of the model
//           collapsed : only the events that can change a decision, see Docs/Performance.md
//           lindley   : (three-weighted, mm1) no event list: Lindley recursion
//           lanes     : (three-weighted) as full, with one FIFO per constant delay in place of the heap
#include "limit.hpp"

static ExpZig expo;
static u64 g_warm;  // requests with an arrival index below this are not counted

// ---------------------------------------------------------------- mm1
static void mm1_full(u64 n, u64 seed) {
    Rng g(seed);
    Heap4 h;
    Ring<double> q(1024);
    Stats st;
    u64 made = 0, done = 0, events = 0;
    h.push(expo(g) / 0.8, 0);
    while (!h.empty()) {
        const Ev& e = h.top();
        const double t = e.time();
        ++events;
        if (e.data == 0) {  // arrival
            ++made;
            if (made < n) h.replace_top(t + expo(g) * 1.25, 0); else h.pop();
            if (q.len == 0) h.push(t + expo(g), 1);
            q.push(t);
        } else {  // completion
            const double a = q.pop();
            if (q.len) h.replace_top(t + expo(g), 1); else h.pop();
            if (done++ >= g_warm) st.add(t - a);
        }
    }
    report("cpp-full", "mm1", n, events, st);
}
static void mm1_collapsed(u64 n, u64 seed) {  // two clocks, no heap
    Rng g(seed);
    Ring<double> q(1024);
    Stats st;
    const double inf = 1e300;
    u64 made = 0, done = 0;
    double ta = expo(g) * 1.25, td = inf;
    while (done < n) {
        if (ta < td) {
            if (q.len == 0) td = ta + expo(g);
            q.push(ta);
            ta = ++made < n ? ta + expo(g) * 1.25 : inf;
        } else {
            const double a = q.pop();
            if (done++ >= g_warm) st.add(td - a);
            td = q.len ? td + expo(g) : inf;
        }
    }
    report("cpp-collapsed", "mm1", n, 2 * n, st);
}
static void mm1_lindley(u64 n, u64 seed) {
    Rng g(seed);
    Stats st;
    double t = 0, dep = 0;
    for (u64 i = 0; i < n; ++i) {
        t += expo(g) * 1.25;
        dep = (dep > t ? dep : t) + expo(g);
        if (i >= g_warm) st.add(dep - t);
    }
    report("cpp-lindley", "mm1", n, 0, st);
}

// ---------------------------------------------------------------- three-weighted
static const double kMean[3] = {1.0 / 125, 1.0 / 250, 1.0 / 375};
static const double kC = 0.0005, kB = 0.0002;  // one-way latencies

static void tw_full(u64 n, u64 seed) {
    enum { SOURCE, AT_LB, AT_BACKEND, COMPLETE, BACK_AT_LB, AT_CLIENT };
    // data = kind (3 bits) | backend (2 bits) << 3 | request slot << 5
    struct Req { double t0; u64 index; };
    Rng g(seed);
    Heap4 h(256);
    std::vector<Req> req(64);
    std::vector<u32> freeSlots;
    for (u32 i = 64; i-- > 0;) freeSlots.push_back(i);
    Ring<u32> q[3] = {Ring<u32>(256), Ring<u32>(256), Ring<u32>(256)};
    Swrr lb;
    Stats st;
    u64 made = 0, events = 0;
    h.push(expo(g) / 600, SOURCE);
    while (!h.empty()) {
        const Ev e = h.top();
        const double t = e.time();
        ++events;
        const u32 slot = e.data >> 5, b = (e.data >> 3) & 3;
        switch (e.data & 7) {
        case SOURCE: {
            if (freeSlots.empty()) {
                const u32 old = (u32)req.size();
                req.resize(old * 2);
                for (u32 i = old * 2; i-- > old;) freeSlots.push_back(i);
            }
            const u32 s = freeSlots.back();
            freeSlots.pop_back();
            req[s] = {t, made};
            if (++made < n) h.replace_top(t + expo(g) * (1.0 / 600), SOURCE); else h.pop();
            h.push(t + kC, AT_LB | s << 5);
            break;
        }
        case AT_LB: {
            const u32 to = (u32)lb.pick();
            h.replace_top(t + kB, AT_BACKEND | to << 3 | slot << 5);
            break;
        }
        case AT_BACKEND:
            if (q[b].len == 0) h.replace_top(t + expo(g) * kMean[b], COMPLETE | b << 3); else h.pop();
            q[b].push(slot);
            break;
        case COMPLETE: {
            const u32 s = q[b].pop();
            h.replace_top(t + kB, BACK_AT_LB | s << 5);
            if (q[b].len) h.push(t + expo(g) * kMean[b], COMPLETE | b << 3);
            break;
        }
        case BACK_AT_LB:
            h.replace_top(t + kC, AT_CLIENT | slot << 5);
            break;
        case AT_CLIENT:
            h.pop();
            if (req[slot].index >= g_warm) st.add(t - req[slot].t0);
            freeSlots.push_back(slot);
            break;
        }
    }
    report("cpp-full", "three-weighted", n, events, st);
}
// The same six events per request in the same time order, but the future-event list is eight sorted lanes:
// a constant delay makes each hop's events leave in the order they were made, so a FIFO replaces the heap.
static void tw_lanes(u64 n, u64 seed) {
    enum { SOURCE, DONE0, DONE1, DONE2, AT_LB, AT_BACKEND, BACK_AT_LB, AT_CLIENT };
    struct Item { double t; u32 slot, b; };
    struct Req { double t0; u64 index; };
    Rng g(seed);
    const double inf = 1e300;
    alignas(64) double head[8];
    for (double& h : head) h = inf;
    Ring<Item> lane[4] = {Ring<Item>(256), Ring<Item>(256), Ring<Item>(256), Ring<Item>(256)};
    Ring<u32> q[3] = {Ring<u32>(256), Ring<u32>(256), Ring<u32>(256)};
    std::vector<Req> req(64);
    std::vector<u32> freeSlots;
    for (u32 i = 64; i-- > 0;) freeSlots.push_back(i);
    Swrr lb;
    Stats st;
    u64 made = 0, done = 0, events = 0;
    auto put = [&](int k, const Item& i) {
        if (lane[k - AT_LB].len == 0) head[k] = i.t;
        lane[k - AT_LB].push(i);
    };
    auto take = [&](int k) {
        auto& l = lane[k - AT_LB];
        const Item i = l.pop();
        head[k] = l.len ? l.front().t : inf;
        return i;
    };
    head[SOURCE] = expo(g) / 600;
    while (done < n) {
        int a = head[1] < head[0] ? 1 : 0, b = head[3] < head[2] ? 3 : 2;
        int c = head[5] < head[4] ? 5 : 4, d = head[7] < head[6] ? 7 : 6;
        a = head[b] < head[a] ? b : a;
        c = head[d] < head[c] ? d : c;
        const int k = head[c] < head[a] ? c : a;
        const double t = head[k];
        ++events;
        switch (k) {
        case SOURCE: {
            if (freeSlots.empty()) {
                const u32 old = (u32)req.size();
                req.resize(old * 2);
                for (u32 i = old * 2; i-- > old;) freeSlots.push_back(i);
            }
            const u32 s = freeSlots.back();
            freeSlots.pop_back();
            req[s] = {t, made};
            head[SOURCE] = ++made < n ? t + expo(g) * (1.0 / 600) : inf;
            put(AT_LB, {t + kC, s, 0});
            break;
        }
        case AT_LB: {
            const Item i = take(AT_LB);
            put(AT_BACKEND, {t + kB, i.slot, (u32)lb.pick()});
            break;
        }
        case AT_BACKEND: {
            const Item i = take(AT_BACKEND);
            if (q[i.b].len == 0) head[DONE0 + i.b] = t + expo(g) * kMean[i.b];
            q[i.b].push(i.slot);
            break;
        }
        case BACK_AT_LB:
            put(AT_CLIENT, {t + kC, take(BACK_AT_LB).slot, 0});
            break;
        case AT_CLIENT: {
            const u32 s = take(AT_CLIENT).slot;
            if (req[s].index >= g_warm) st.add(t - req[s].t0);
            freeSlots.push_back(s);
            ++done;
            break;
        }
        default: {
            const int i = k - DONE0;
            put(BACK_AT_LB, {t + kB, q[i].pop(), 0});
            head[k] = q[i].len ? t + expo(g) * kMean[i] : inf;
        }
        }
    }
    report("cpp-lanes", "three-weighted", n, events, st);
}
// Constant latencies commute with the choice and with FIFO order, so only "arrive" and
// "complete" remain: one arrival clock and three completion clocks, compared directly.
static void tw_collapsed(u64 n, u64 seed) {
    struct Q { double t0; u64 index; };
    Rng g(seed);
    Ring<Q> q[3] = {Ring<Q>(256), Ring<Q>(256), Ring<Q>(256)};
    Swrr lb;
    Stats st;
    const double inf = 1e300, lat = 2 * (kC + kB);
    double clk[4] = {inf, inf, inf, expo(g) / 600};
    u64 made = 0, done = 0;
    while (done < n) {
        const int m01 = clk[1] < clk[0] ? 1 : 0, m23 = clk[3] < clk[2] ? 3 : 2;
        const int k = clk[m23] < clk[m01] ? m23 : m01;
        const double t = clk[k];
        if (k == 3) {
            const int b = lb.pick();
            if (q[b].len == 0) clk[b] = t + expo(g) * kMean[b];
            q[b].push({t, made});
            clk[3] = ++made < n ? t + expo(g) * (1.0 / 600) : inf;
        } else {
            const Q r = q[k].pop();
            ++done;
            if (r.index >= g_warm) st.add(t - r.t0 + lat);
            clk[k] = q[k].len ? t + expo(g) * kMean[k] : inf;
        }
    }
    report("cpp-collapsed", "three-weighted", n, 2 * n, st);
}
static void tw_lindley(u64 n, u64 seed) {
    Rng g(seed);
    Swrr lb;
    Stats st;
    double t = 0, dep[3] = {0, 0, 0};
    for (u64 i = 0; i < n; ++i) {
        t += expo(g) * (1.0 / 600);
        const int b = lb.pick();
        dep[b] = (dep[b] > t ? dep[b] : t) + expo(g) * kMean[b];
        if (i >= g_warm) st.add(dep[b] - t + 2 * (kC + kB));
    }
    report("cpp-lindley", "three-weighted", n, 0, st);
}

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fprintf(stderr, "usage: %s full|collapsed|lindley|lanes mm1|three-weighted N SEED\n", argv[0]);
        return 64;
    }
    const std::string variant = argv[1], model = argv[2];
    const u64 n = std::strtoull(argv[3], nullptr, 10), seed = std::strtoull(argv[4], nullptr, 10);
    g_warm = n / 10;
    if (model == "mm1" && variant == "full") mm1_full(n, seed);
    else if (model == "mm1" && variant == "collapsed") mm1_collapsed(n, seed);
    else if (model == "mm1" && variant == "lindley") mm1_lindley(n, seed);
    else if (model == "three-weighted" && variant == "full") tw_full(n, seed);
    else if (model == "three-weighted" && variant == "lanes") tw_lanes(n, seed);
    else if (model == "three-weighted" && variant == "collapsed") tw_collapsed(n, seed);
    else if (model == "three-weighted" && variant == "lindley") tw_lindley(n, seed);
    else return std::fprintf(stderr, "no such variant of that model\n"), 64;
}
