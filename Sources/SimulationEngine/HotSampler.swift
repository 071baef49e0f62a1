/// A sampler for the innermost loops, which keeps the exponential distribution within reach.
///
/// Most arrivals and most services are exponential. Asking first whether a distribution is, without
/// touching what the others need, saves half the time of a draw.
public struct HotSampler: BitwiseCopyable, Sendable {
  /// The mean of an exponential distribution; 0 for any other.
  @usableFromInline let mean: Double
  @usableFromInline let ziggurat: ExponentialZiggurat
  @usableFromInline let sampler: Sampler

  /// Makes it of a sampler.
  public init(_ sampler: Sampler) {
    self.sampler = sampler
    ziggurat = .standard
    if case .exponential(let mean, _) = sampler { self.mean = mean } else { mean = 0 }
  }

  /// The next value, that of the sampler.
  @inlinable @inline(__always)
  public func draw(from stream: inout RandomStream) -> Double {
    if mean > 0 { return mean * ziggurat.draw(from: &stream) }
    return sampler.drawSeldomKind(from: &stream)
  }
}
