import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct `Distributions` {
  @Test(arguments: [
    ("4ms", Distribution.constant(.milliseconds(4))),
    ("{exponential: 4ms}", .exponential(mean: .milliseconds(4))),
    ("{uniform: [1ms, 3ms]}", .uniform(from: .milliseconds(1), to: .milliseconds(3))),
    (
      "{normal: {mean: 10ms, sd: 2ms}}",
      .normal(mean: .milliseconds(10), sd: .milliseconds(2))
    ),
    ("{lognormal: {mean: 20ms, cv: 1.5}}", .lognormal(mean: .milliseconds(20), cv: 1.5)),
    ("{erlang: {mean: 4ms, k: 3}}", .erlang(mean: .milliseconds(4), k: 3)),
    ("{gamma: {mean: 4ms, cv: 0.7}}", .gamma(mean: .milliseconds(4), cv: 0.7)),
    (
      "{hyperexponential: {mean: 4ms, cv2: 10}}",
      .hyperexponential(mean: .milliseconds(4), cv2: 10)
    ),
    ("{weibull: {mean: 4ms, shape: 0.7}}", .weibull(mean: .milliseconds(4), shape: 0.7)),
    (
      "{pareto: {scale: 1ms, shape: 2.2, max: 10s}}",
      .pareto(scale: .milliseconds(1), shape: 2.2, max: .seconds(10))
    ),
    (
      "{pareto: {scale: 1ms, shape: 2.2}}",
      .pareto(scale: .milliseconds(1), shape: 2.2, max: nil)
    ),
    (
      "{mixture: [{weight: 9, of: 2ms}, {weight: 1, of: {exponential: 50ms}}]}",
      .mixture([
        WeightedDistribution(weight: 9, of: .constant(.milliseconds(2))),
        WeightedDistribution(weight: 1, of: .exponential(mean: .milliseconds(50))),
      ])
    ),
  ])
  func `each kind is read`(text: String, expected: Distribution) throws {
    #expect(try distribution(text) == expected)
  }

  @Test func `a lognormal by percentiles has those percentiles`() throws {
    guard
      case .lognormal(let mean, let cv) = try distribution("{lognormal: {p50: 10ms, p99: 80ms}}")
    else {
      Issue.record("the distribution is lognormal")
      return
    }
    // σ = ln 8 / 2.326348 = 0.8938653; mean = 10 ms · exp(σ²/2); cv² = exp(σ²) − 1.
    #expect(abs(mean.inSeconds - 0.014_910_753) < 1e-8)
    #expect(abs(cv - 1.106_031_47) < 1e-7)
  }

  @Test(arguments: [
    (
      "▼[1ms]",
      "`cpu` must be a duration such as 4ms, or a distribution such as "
        + "{exponential: 4ms}, not a list"
    ),
    ("{▼expnential: 4ms}", "unknown key `expnential`; did you mean `exponential`?"),
    ("{exponential: ▼0ms}", "`exponential` must be longer than 0, not `0ms`"),
    ("{uniform: ▼[1ms]}", "`uniform` must be a list of two durations, such as [1ms, 3ms]"),
    (
      "{uniform: ▼1ms}",
      "`uniform` must be a list of two durations, such as [1ms, 3ms], "
        + "not `1ms`"
    ),
    ("{uniform: [3ms, ▼1ms]}", "`uniform` must go from a shorter to a longer duration"),
    ("{▼normal: {mean: 1ms}}", "a normal distribution needs `sd`, such as `sd: 2ms`"),
    ("{normal: {mean: 1ms, sd: ▼-1ms}}", "`sd` must be 0 or longer, not `-1ms`"),
    ("{gamma: {mean: 1ms, cv: ▼0}}", "`cv` must be a number from 0.001 to 100, not `0`"),
    (
      "{hyperexponential: {mean: 1ms, cv2: ▼0.5}}",
      "`cv2` must be a number from 1 to 10000, not `0.5`"
    ),
    ("{erlang: {mean: 1ms, k: ▼1.5}}", "`k` must be a whole number from 1 to 1000, not `1.5`"),
    (
      "{weibull: {mean: 1ms, shape: ▼.inf}}",
      "`shape` must be a number from 0.1 to 100, not `.inf`"
    ),
    (
      "{▼pareto: {scale: 1ms, shape: 1}}",
      "a Pareto distribution of shape 1 or less has no mean; give `max`"
    ),
    (
      "{pareto: {scale: 2ms, shape: 2, max: ▼1ms}}",
      "`max` must be clearly longer than `scale`, not `1ms`"
    ),
    (
      "{lognormal: {p50: 1ms, p99: 2ms, ▼mean: 1ms}}",
      "`mean` contradicts the percentiles; give `mean` and `cv`, or `p50` and `p99`"
    ),
    (
      "{▼lognormal: {p50: 1ms}}",
      "a lognormal distribution needs `p99`, such as `p99: 80ms`"
    ),
    ("{lognormal: ▼{p50: 2ms, p99: 1ms}}", "`p99` must be longer than `p50`"),
    (
      "{lognormal: ▼{p50: 1ns, p99: 24h}}",
      "`p99` and `p50` lie too far apart or too near each other for a lognormal distribution"
    ),
    ("{mixture: ▼[]}", "`mixture` is empty; at least one component is needed"),
    ("{mixture: ▼4ms}", "`mixture` must be a list, not `4ms`"),
    ("{mixture: [▼{weight: 1}]}", "a component of a mixture needs `of`, such as `of: 4ms`"),
    (
      "{mixture: [{weight: ▼0, of: 4ms}]}",
      "`weight` must be a number from 1e-12 to 1000000000000, not `0`"
    ),
    ("{mixture: [{weight: 1, of: ▼4}]}", "`of` needs a unit, such as 4s or 4ms, not `4`"),
    (
      "{mixture: [{weight: 1, of: {gamma: {mean: 4ms, ▼c: 1}}}]}",
      "unknown key `c`; did you mean `cv`?"
    ),
    ("▼0", "`cpu` must be longer than 0; clients of a server without cost would never stop"),
    (
      "▼{mixture: [{weight: 1, of: 0}]}",
      "`cpu` must be longer than 0; clients of a server without cost would never stop"
    ),
  ])
  func `a mistake in a distribution has its place`(text: String, message: String) {
    expect(
      Document(backends: "backends: {one: {service: {cpu: \(text)}}}").text, complains: message)
  }

  @Test(arguments: ["{}", "{exponential: 4ms, uniform: [1ms, 2ms]}"])
  func `a distribution has exactly one kind`(text: String) {
    expect(
      Document(backends: "backends: {one: {service: {cpu: ▼\(text)}}}").text,
      complains: "a distribution has exactly one kind: exponential, uniform, normal, lognormal, "
        + "erlang, gamma, hyperexponential, weibull, pareto, empirical or mixture")
  }
}
