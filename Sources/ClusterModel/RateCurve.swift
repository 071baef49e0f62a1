import ExperimentModel
import SimulationEngine

/// The arrival rate of a group over time, and when its next arrivals are due.
///
/// A process of any gaps follows a changing rate when it is run on the clock of expected arrivals:
/// with Λ(t) the integral of the rate, its arrivals are at Λ⁻¹ of the sums of gaps of mean 1. For
/// exponential gaps that is exactly the inhomogeneous Poisson process (E. Çinlar, "Introduction to
/// Stochastic Processes", 1975, section 4.7). Λ is quadratic in each phase and inverted exactly.
struct RateCurve: ~Copyable {
  private let pieces: Column<Piece>
  private var current = 0
  private var expected = 0.0

  /// A phase, in nanoseconds from the start.
  private struct Piece: BitwiseCopyable {
    let start, length: Double
    /// How many arrivals are expected before it and in it.
    let before, count: Double
    /// The rate at its beginning, and how it changes.
    let rate, slope: Double
  }

  init(_ phases: [RatePhase]) {
    var pieces: [Piece] = []
    var start = 0.0
    var before = 0.0
    for phase in phases {
      let length = Double(phase.length.nanoseconds)
      let (from, to) = (phase.from / 1e9, phase.to / 1e9)
      let count = (from + to) / 2 * length
      pieces.append(
        Piece(
          start: start, length: length, before: before, count: count, rate: from,
          slope: (to - from) / length))
      start += length
      before += count
    }
    self.pieces = Column(pieces)
  }

  /// Whether the rate never changes.
  var isConstant: Bool { pieces.count == 0 }

  /// When the next arrival is due after a gap of so many expected arrivals, from the start of the
  /// group; nil after the last phase.
  ///
  /// - Complexity: amortised O(1).
  mutating func nextArrival(after gap: Double) -> Nanoseconds? {
    expected += gap
    while current < pieces.count {
      let piece = pieces[current]
      let wanted = expected - piece.before
      if wanted < piece.count {
        // The root of rate·x + slope·x²/2 = wanted, in the form that loses no digits.
        let root = max(0, piece.rate * piece.rate + 2 * piece.slope * wanted).squareRoot()
        let offset = wanted == 0 ? 0 : 2 * wanted / (piece.rate + root)
        return Nanoseconds(nearest: piece.start + min(offset, piece.length))
      }
      current += 1
    }
    return nil
  }
}
