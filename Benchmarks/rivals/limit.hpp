// Shared pieces of the variants in limit.cpp: random numbers, an exponential sampler, statistics,
// a ring buffer and an event heap.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using u32 = uint32_t;
using u64 = uint64_t;

// Rotation and bit casts, which C++17 lacks.
static inline u64 rotl64(u64 v, int k) { return (v << k) | (v >> (64 - k)); }
template <class To, class From>
static inline To bitcast(From v) {
    static_assert(sizeof(To) == sizeof(From));
    To out;
    std::memcpy(&out, &v, sizeof out);
    return out;
}

// xoshiro256++ state advance, seeded by splitmix64.
struct Rng {
    u64 s[4];
    explicit Rng(u64 seed) {
        for (auto& w : s) {
            seed += 0x9e3779b97f4a7c15ull;
            u64 z = seed;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
            w = z ^ (z >> 31);
        }
    }
    inline u64 next() {
        const u64 out = rotl64(s[0] + s[3], 23) + s[0];
        const u64 t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = rotl64(s[3], 45);
        return out;
    }
    inline double uniform() { return (next() >> 11) * 0x1.0p-53; }
    // Integer in [0, n), multiply-shift (bias < n/2^32, irrelevant here).
    inline u32 below(u32 n) { return (u32)(((next() >> 32) * (u64)n) >> 32); }
};

// Exponential(1) by a 256-layer ziggurat (Marsaglia & Tsang's method, own code).
struct ExpZig {
    double x[257], f[257];
    ExpZig() {
        const double r = 7.69711747013104972, v = 0.0039496598225815571993;
        x[0] = v / std::exp(-r);
        x[1] = r;
        for (int i = 2; i < 256; ++i) x[i] = -std::log(std::exp(-x[i - 1]) + v / x[i - 1]);
        x[256] = 0.0;
        for (int i = 0; i <= 256; ++i) f[i] = std::exp(-x[i]);
    }
    inline double operator()(Rng& g) const {
        double shift = 0.0;
        for (;;) {
            const u64 b = g.next();
            const u32 i = b & 255;
            const double y = (double)(b >> 11) * 0x1.0p-53 * x[i];
            if (__builtin_expect(y < x[i + 1], 1)) return shift + y;
            if (i == 0) { shift += x[1]; continue; }
            if (f[i] + g.uniform() * (f[i + 1] - f[i]) < std::exp(-y)) return shift + y;
        }
    }
};

// Mean plus a log-linear histogram (128 bins per octave, < 0.8 % wide) for percentiles.
struct Stats {
    static constexpr int kBits = 7;
    static constexpr int kOct = 64;  // octaves from 2^-32 to 2^32
    std::vector<u64> h = std::vector<u64>((size_t)kOct << kBits, 0);
    u64 n = 0;
    double sum = 0;
    inline void add(double v) {
        const int64_t base = (int64_t)(1023 - 32) << kBits;
        int64_t k = (int64_t)(bitcast<u64>(v) >> (52 - kBits)) - base;
        if (k < 0) k = 0;
        if (k >= (int64_t)kOct << kBits) k = ((int64_t)kOct << kBits) - 1;
        ++h[k];
        ++n;
        sum += v;
    }
    double mean() const { return n ? sum / (double)n : 0; }
    double pct(double p) const {
        const double want = p * (double)n;
        double seen = 0;
        for (size_t k = 0; k < h.size(); ++k)
            if (h[k]) {
                if (seen + (double)h[k] >= want) {
                    const u64 base = (u64)(1023 - 32) << kBits;
                    const double lo = bitcast<double>((k + base) << (52 - kBits));
                    const double hi = bitcast<double>((k + 1 + base) << (52 - kBits));
                    return lo + (hi - lo) * (want - seen) / (double)h[k];
                }
                seen += (double)h[k];
            }
        return 0;
    }
};

// FIFO ring that grows by doubling.
template <class T>
struct Ring {
    std::vector<T> a;
    u32 head = 0, len = 0, mask;
    explicit Ring(u32 cap = 16) : a(cap), mask(cap - 1) {}
    inline void push(const T& v) {
        if (__builtin_expect(len > mask, 0)) grow();
        a[(head + len++) & mask] = v;
    }
    inline T pop() {
        T v = a[head];
        head = (head + 1) & mask;
        --len;
        return v;
    }
    inline const T& front() const { return a[head]; }
    void grow() {
        std::vector<T> b(a.size() * 2);
        for (u32 i = 0; i < len; ++i) b[i] = a[(head + i) & mask];
        a.swap(b);
        head = 0;
        mask = (u32)a.size() - 1;
    }
};

// Future-event list: implicit 4-ary heap of 16-byte events ordered by (time, seq).
// time is a non-negative double, so its bit pattern orders like an integer; one 128-bit compare.
struct Ev {
    u64 tbits;
    u32 seq;
    u32 data;
    inline double time() const { return bitcast<double>(tbits); }
};
static inline unsigned __int128 key(const Ev& e) {
    return ((unsigned __int128)e.tbits << 64) | ((u64)e.seq << 32);
}
struct Heap4 {
    std::vector<Ev> a;
    u32 n = 0, seq = 0;
    explicit Heap4(u32 cap = 64) : a(cap) {}
    inline bool empty() const { return n == 0; }
    inline const Ev& top() const { return a[0]; }
    inline void siftup(u32 i, const Ev& e) {
        const auto k = key(e);
        while (i) {
            const u32 p = (i - 1) >> 2;
            if (key(a[p]) <= k) break;
            a[i] = a[p];
            i = p;
        }
        a[i] = e;
    }
    inline void siftdown(u32 i, const Ev& e) {
        const auto k = key(e);
        for (;;) {
            const u32 c = 4 * i + 1;
            if (c >= n) break;
            u32 b = c;
            auto kb = key(a[c]);
            if (c + 4 <= n) {
                for (u32 j = c + 1; j < c + 4; ++j) {
                    const auto kj = key(a[j]);
                    const bool lt = kj < kb;
                    b = lt ? j : b;
                    kb = lt ? kj : kb;
                }
            } else {
                for (u32 j = c + 1; j < n; ++j) {
                    const auto kj = key(a[j]);
                    const bool lt = kj < kb;
                    b = lt ? j : b;
                    kb = lt ? kj : kb;
                }
            }
            if (k <= kb) break;
            a[i] = a[b];
            i = b;
        }
        a[i] = e;
    }
    inline void push(double t, u32 data) {
        if (__builtin_expect(n == a.size(), 0)) a.resize(a.size() * 2);
        const Ev e{bitcast<u64>(t), seq++, data};
        siftup(n++, e);
    }
    inline Ev pop() {
        const Ev out = a[0];
        const Ev last = a[--n];
        if (n) siftdown(0, last);
        return out;
    }
    // Replace the top event by a new one: one sift instead of pop + push.
    inline void replace_top(double t, u32 data) {
        siftdown(0, Ev{bitcast<u64>(t), seq++, data});
    }
};

// Smooth weighted round robin (the algorithm nginx uses): first best wins a tie.
struct Swrr {
    int w[3] = {1, 2, 3}, cur[3] = {0, 0, 0};
    inline int pick() {
        int best = 0, total = 0;
        for (int i = 0; i < 3; ++i) {
            cur[i] += w[i];
            total += w[i];
            if (cur[i] > cur[best]) best = i;
        }
        cur[best] -= total;
        return best;
    }
};

static inline void report(const char* peer, const char* model, u64 n, u64 events, const Stats& st) {
    std::printf("{\"peer\":\"%s\",\"model\":\"%s\",\"n\":%llu,\"events\":%llu,\"counted\":%llu,"
                "\"mean\":%.9g,\"p50\":%.9g,\"p95\":%.9g,\"p99\":%.9g}\n",
                peer, model, (unsigned long long)n, (unsigned long long)events,
                (unsigned long long)st.n, st.mean(), st.pct(.50), st.pct(.95), st.pct(.99));
}
