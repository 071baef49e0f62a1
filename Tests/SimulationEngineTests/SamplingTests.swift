import Glibc
import SimulationEngine
import Testing

@Suite struct ElementaryTests {
  @Test func `log, exp and gamma agree with the C library to a few last bits`() {
    for step in -300...300 {
      let x = Glibc.exp(Double(step) * 0.37)
      #expect(abs(Elementary.log(x) - Glibc.log(x)) <= 4e-16 * max(1, abs(Glibc.log(x))))
      let y = Double(step) * 0.71
      #expect(abs(Elementary.exp(y) / Glibc.exp(y) - 1) <= 1e-15)
    }
    for step in 1...200 {
      let x = Double(step) * 0.1
      #expect(abs(Elementary.gamma(x) / Glibc.tgamma(x) - 1) <= 5e-14)
    }
  }

  @Test func `exp of extremes is zero or infinity`() {
    #expect(Elementary.exp(-1e9) == 0 && Elementary.exp(1e9) == .infinity)
  }
}

@Suite struct RandomStreamTests {
  @Test func `the first draws of a stream never change`() {
    var stream = RandomStream(seed: 1, purpose: "service")
    #expect(
      (0..<3).map { _ in stream.next() } == [
        16_953_280_379_253_258_147, 3_819_451_507_677_131_259, 12_602_233_844_383_374_446,
      ])
  }

  @Test func `streams of other purposes, seeds and requests differ`() {
    let base = RandomStream(seed: 1, purpose: "service")
    var streams = [
      base, RandomStream(seed: 1, purpose: "arrivals"), RandomStream(seed: 2, purpose: "service"),
      base.substream(1), base.substream(2),
    ]
    var firsts: [UInt64] = []
    for index in streams.indices { firsts.append(streams[index].next()) }
    #expect(Set(firsts).count == streams.count)
  }

  @Test func `whole numbers below a bound are equally likely`() {
    // Chi-square with 9 degrees of freedom; 27.9 is exceeded once in a thousand seeds.
    var stream = RandomStream(seed: 5, purpose: "below")
    var counts = Array(repeating: 0.0, count: 10)
    for _ in 0..<100_000 { counts[Int(stream.below(10))] += 1 }
    var chiSquare = 0.0
    for count in counts { chiSquare += (count - 10_000) * (count - 10_000) / 10_000 }
    #expect(chiSquare < 27.9)
  }
}

/// Draws from each kind of sampler against its exact distribution.
@Suite struct SamplerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sampler: Sampler
    let mean: Double
    /// The probability of a value up to x.
    let distribution: @Sendable (Double) -> Double
  }

  static let ziggurat = ExponentialZiggurat.standard
  static func normal(_ z: Double) -> Double { 0.5 * Glibc.erfc(-z / 2.0.squareRoot()) }

  static let cases = [
    Case(
      testDescription: "exponential", sampler: .exponential(mean: 4, ziggurat), mean: 4,
      distribution: { 1 - Glibc.exp(-$0 / 4) }),
    Case(
      testDescription: "uniform", sampler: .uniform(from: 1, width: 2), mean: 2,
      distribution: { min(1, max(0, ($0 - 1) / 2)) }),
    Case(
      testDescription: "normal", sampler: .normal(mean: 10, sd: 2), mean: 10,
      distribution: { normal(($0 - 10) / 2) }),
    Case(
      testDescription: "normal redrawn below zero", sampler: .normal(mean: 1, sd: 1),
      mean: 1 + 0.241_970_724_519_143_37 / 0.841_344_746_068_542_9,
      distribution: { max(0, (normal($0 - 1) - normal(-1)) / (1 - normal(-1))) }),
    Case(
      testDescription: "lognormal", sampler: .lognormal(mu: 0, sigma: 0.5),
      mean: Glibc.exp(0.125), distribution: { normal(Glibc.log($0) / 0.5) }),
    Case(
      testDescription: "erlang", sampler: .erlang(phases: 3, phaseMean: 1, ziggurat), mean: 3,
      distribution: { 1 - Glibc.exp(-$0) * (1 + $0 + $0 * $0 / 2) }),
    Case(
      testDescription: "gamma of shape 2", sampler: .gamma(shape: 2, scale: 1, ziggurat), mean: 2,
      distribution: { 1 - Glibc.exp(-$0) * (1 + $0) }),
    Case(
      testDescription: "gamma of shape 1/2", sampler: .gamma(shape: 0.5, scale: 1, ziggurat),
      mean: 0.5, distribution: { Glibc.erf($0.squareRoot()) }),
    Case(
      testDescription: "hyperexponential",
      sampler: .hyperexponential(first: 0.75, means: Sampler.Pair(1, 9), ziggurat), mean: 3,
      distribution: { 1 - 0.75 * Glibc.exp(-$0) - 0.25 * Glibc.exp(-$0 / 9) }),
    Case(
      testDescription: "weibull", sampler: .weibull(scale: 2, power: 0.5, ziggurat),
      mean: 3.141_592_653_589_793.squareRoot(),
      distribution: { 1 - Glibc.exp(-($0 / 2) * ($0 / 2)) }),
    Case(
      testDescription: "pareto cut off",
      sampler: .pareto(scale: 1, power: 0.5, max: 10, ziggurat), mean: 2 * 0.9 / 0.99,
      distribution: { min(1, max(0, (1 - 1 / ($0 * $0)) / 0.99)) }),
  ]

  @Test(arguments: cases)
  func `draws follow the distribution`(_ of: Case) {
    let count = 100_000
    var stream = RandomStream(seed: 11, purpose: of.testDescription)
    let draws = (0..<count).map { _ in of.sampler.draw(from: &stream) }.sorted()
    var distance = 0.0
    for (rank, value) in draws.enumerated() {
      let exact = of.distribution(value)
      distance = max(distance, abs(exact - Double(rank) / Double(count)))
      distance = max(distance, abs(exact - Double(rank + 1) / Double(count)))
    }
    // Kolmogorov and Smirnov: 1.95 / √n is exceeded once in a thousand seeds.
    #expect(distance < 1.95 / Double(count).squareRoot())
    let mean = draws.reduce(0, +) / Double(count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    // Four standard errors: exceeded once in 16,000 seeds.
    #expect(abs(mean - of.mean) < 4 * (variance / Double(count)).squareRoot())
  }

  @Test func `a mixture chooses its parts by weight`() {
    var shop = SamplerShop()
    let mixture = shop.mixture([(1, .constant(1)), (3, .constant(2)), (6, .constant(3))])
    var stream = RandomStream(seed: 2, purpose: "mixture")
    var counts = [0.0, 0, 0]
    for _ in 0..<100_000 { counts[Int(mixture.draw(from: &stream)) - 1] += 1 }
    for (count, share) in zip(counts, [0.1, 0.3, 0.6]) {
      let deviation = (100_000 * share * (1 - share)).squareRoot()
      #expect(abs(count - 100_000 * share) < 4 * deviation)
    }
  }
}
