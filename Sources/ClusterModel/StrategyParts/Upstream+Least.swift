/// A load for a weight, compared without division.
struct Fraction: BitwiseCopyable, Comparable {
  let numerator, denominator: Int64

  /// Makes a load, not negative and below 2³², over a weight, positive and below 2³¹.
  init(_ numerator: Int64, over denominator: Int64) {
    self.numerator = numerator
    self.denominator = denominator
  }

  static func < (a: Fraction, b: Fraction) -> Bool {
    a.numerator * b.denominator < b.numerator * a.denominator
  }

  static func == (a: Fraction, b: Fraction) -> Bool {
    a.numerator * b.denominator == b.numerator * a.denominator
  }
}

extension Upstream {
  /// The usable backend with the least load for its weight; several equals take turns by smooth
  /// weighted round robin, which leaves the credit of all others alone.
  ///
  /// `src/http/modules/ngx_http_upstream_least_conn_module.c` of nginx, and in newer versions
  /// `ngx_http_upstream_least_time_module.c`, which has the same frame around another load.
  ///
  /// - Complexity: O(n), as in nginx.
  func pickLeast(
    for attempt: Attempt, by load: (BackendIndex, Peer) -> Fraction
  ) -> BackendIndex? {
    var best = BackendIndex.none
    var least = Fraction(0, over: 1)
    var isShared = false
    for place in 0..<count {
      let backend = BackendIndex(place)
      if !isUsable(backend, for: attempt) { continue }
      let its = load(backend, self[backend])
      if best == .none || its < least {
        best = backend
        least = its
        isShared = false
      } else if its == least {
        isShared = true
      }
    }
    if best == .none || !isShared { return best == .none ? nil : best }
    return pickSmoothly(from: best) { backend in
      isUsable(backend, for: attempt) && load(backend, self[backend]) == least
    }
  }
}
