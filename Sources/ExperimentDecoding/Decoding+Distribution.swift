import ExperimentModel
import Glibc

extension Keys {
  static let distribution = Keys(
    of: "a distribution",
    [
      "exponential": .duration,
      "uniform": .list(.duration, most: 2),
      "normal": .mapping(.normal),
      "lognormal": .mapping(.lognormal),
      "erlang": .mapping(.erlang),
      "gamma": .mapping(.gamma),
      "hyperexponential": .mapping(.hyperexponential),
      "weibull": .mapping(.weibull),
      "pareto": .mapping(.pareto),
      "empirical": .text(limit: Limits.urlLength),
      "mixture": .list(.mapping(.component), most: Limits.components),
    ])
  static let normal = Keys(
    of: "a normal distribution", ["mean": .duration, "sd": .duration], required: ["mean", "sd"])
  static let lognormal = Keys(
    of: "a lognormal distribution",
    [
      "mean": .duration, "cv": .number(Limits.coefficientOfVariation), "p50": .duration,
      "p99": .duration,
    ])
  static let erlang = Keys(
    of: "an Erlang distribution", ["mean": .duration, "k": .whole(Limits.phases)],
    required: ["mean", "k"])
  static let gamma = Keys(
    of: "a gamma distribution",
    ["mean": .duration, "cv": .number(Limits.coefficientOfVariation)], required: ["mean", "cv"])
  static let hyperexponential = Keys(
    of: "a hyperexponential distribution",
    ["mean": .duration, "cv2": .number(Limits.hyperexponentialSquaredCV)],
    required: ["mean", "cv2"])
  static let weibull = Keys(
    of: "a Weibull distribution", ["mean": .duration, "shape": .number(Limits.shape)],
    required: ["mean", "shape"])
  static let pareto = Keys(
    of: "a Pareto distribution",
    ["scale": .duration, "shape": .number(Limits.shape), "max": .duration],
    required: ["scale", "shape"])
  static let component = Keys(
    of: "a component of a mixture",
    ["weight": .number(Limits.relativeWeight), "of": .distribution], required: ["weight", "of"])
}

extension Decoding {
  /// A distribution of durations: a duration, which is always the same, or `{kind: parameters}`.
  func distribution(_ field: Field) -> Distribution? {
    switch field.node.content {
    case .scalar:
      return duration(field, .draw).map(Distribution.constant)
    case .sequence:
      refuse(field, "must be a duration such as 4ms, or a distribution such as {exponential: 4ms}")
      return nil
    case .mapping:
      guard let fields = fields(of: field, .distribution) else { return nil }
      guard let kind = fields.given.first, fields.given.count == 1 else {
        if !fields.given.isEmpty || fields.misspelt.isEmpty {
          let kinds = listed(Keys.distribution.supported, "or")
          complain("a distribution has exactly one kind: \(kinds)", at: field.place)
        }
        return nil
      }
      return distribution(ofKind: kind)
    }
  }

  private func distribution(ofKind kind: Field) -> Distribution? {
    switch kind.name {
    case "exponential":
      return duration(kind, .positiveDraw).map { .exponential(mean: $0) }
    case "uniform": return uniform(kind)
    case "normal": return normal(kind)
    case "lognormal": return lognormal(kind)
    case "erlang": return erlang(kind)
    case "gamma":
      return mean(kind, .gamma, and: "cv", in: Limits.coefficientOfVariation)
        .map { .gamma(mean: $0, cv: $1) }
    case "hyperexponential":
      return mean(kind, .hyperexponential, and: "cv2", in: Limits.hyperexponentialSquaredCV)
        .map { .hyperexponential(mean: $0, cv2: $1) }
    case "weibull":
      return mean(kind, .weibull, and: "shape", in: Limits.shape)
        .map { .weibull(mean: $0, shape: $1) }
    case "pareto": return pareto(kind)
    case "empirical": return empirical(kind)
    case "mixture": return mixture(kind)
    default: preconditionFailure("every kind of distribution is decoded")
    }
  }

  /// The mean and the other parameter of a distribution that has two.
  private func mean(
    _ kind: Field, _ keys: Keys, and key: String, in range: ClosedRange<Double>
  ) -> (Duration, Double)? {
    guard let fields = fields(of: kind, keys) else { return nil }
    let mean = required("mean", of: fields, example: "4ms").flatMap { duration($0, .positiveDraw) }
    let other = required(key, of: fields, example: "2").flatMap { number($0, in: range) }
    guard let mean, let other else { return nil }
    return (mean, other)
  }

  private func uniform(_ kind: Field) -> Distribution? {
    let demand = "must be a list of two durations, such as [1ms, 3ms]"
    guard case .sequence(let ends) = kind.node.content, ends.count == 2 else {
      guard case .sequence = kind.node.content else {
        refuse(kind, demand)
        return nil
      }
      complain("`uniform` \(demand)", at: kind.place)
      return nil
    }
    let from = duration(Field(name: "uniform", node: ends[0]), .draw)
    let to = duration(Field(name: "uniform", node: ends[1]), .draw)
    guard let from, let to else { return nil }
    guard from < to else {
      complain("`uniform` must go from a shorter to a longer duration", at: ends[1].place)
      return nil
    }
    return .uniform(from: from, to: to)
  }

  private func normal(_ kind: Field) -> Distribution? {
    guard let fields = fields(of: kind, .normal) else { return nil }
    let mean = required("mean", of: fields, example: "10ms").flatMap { duration($0, .positiveDraw) }
    let sd = required("sd", of: fields, example: "2ms").flatMap { duration($0, .draw) }
    guard let mean, let sd else { return nil }
    return .normal(mean: mean, sd: sd)
  }

  private func erlang(_ kind: Field) -> Distribution? {
    guard let fields = fields(of: kind, .erlang) else { return nil }
    let mean = required("mean", of: fields, example: "4ms").flatMap { duration($0, .positiveDraw) }
    let phases = required("k", of: fields, example: "3").flatMap { whole($0, in: Limits.phases) }
    guard let mean, let phases else { return nil }
    return .erlang(mean: mean, k: phases)
  }

  private func pareto(_ kind: Field) -> Distribution? {
    guard let fields = fields(of: kind, .pareto) else { return nil }
    let scale = required("scale", of: fields, example: "1ms")
      .flatMap { duration($0, .positiveDraw) }
    let shape = required("shape", of: fields, example: "2.2")
      .flatMap { number($0, in: Limits.shape) }
    let most = fields["max"].map { duration($0, .positiveDraw) }
    guard let scale, let shape else { return nil }
    guard let most else {
      if shape > 1 { return .pareto(scale: scale, shape: shape, max: nil) }
      complain(
        "a Pareto distribution of shape 1 or less has no mean; give `max`", at: kind.keyPlace)
      return nil
    }
    guard let most, let field = fields["max"] else { return nil }
    let shareBelow = 1 - pow(scale.inSeconds / most.inSeconds, shape)
    guard shareBelow >= Limits.shareBelowMax else {
      refuse(field, "must be clearly longer than `scale`")
      return nil
    }
    return .pareto(scale: scale, shape: shape, max: most)
  }

  private func mixture(_ kind: Field) -> Distribution? {
    guard let elements = elements(of: kind, each: "component", limit: Limits.components) else {
      return nil
    }
    guard !elements.isEmpty else {
      complain("`mixture` is empty; at least one component is needed", at: kind.place)
      return nil
    }
    let components = elements.map { element -> WeightedDistribution? in
      guard let fields = fields(of: element, .component) else { return nil }
      let weight = required("weight", of: fields, example: "1")
        .flatMap { number($0, in: Limits.relativeWeight) }
      let part = required("of", of: fields, example: "4ms").flatMap { distribution($0) }
      guard let weight, let part else { return nil }
      return WeightedDistribution(weight: weight, of: part)
    }
    let sound = components.compactMap(\.self)
    return sound.count == components.count ? .mixture(sound) : nil
  }
}

// MARK: - Lognormal

extension Decoding {
  private func lognormal(_ kind: Field) -> Distribution? {
    guard let fields = fields(of: kind, .lognormal) else { return nil }
    guard fields["p50"] != nil || fields["p99"] != nil else {
      return mean(kind, .lognormal, and: "cv", in: Limits.coefficientOfVariation)
        .map { .lognormal(mean: $0, cv: $1) }
    }
    if let extra = fields["mean"] ?? fields["cv"] {
      complain(
        "`\(extra.name)` contradicts the percentiles; give `mean` and `cv`, or `p50` and `p99`",
        at: extra.keyPlace)
      return nil
    }
    let p50 = required("p50", of: fields, example: "10ms").flatMap { duration($0, .positiveDraw) }
    let p99 = required("p99", of: fields, example: "80ms").flatMap { duration($0, .positiveDraw) }
    guard let p50, let p99 else { return nil }
    guard p50 < p99 else {
      complain("`p99` must be longer than `p50`", at: kind.place)
      return nil
    }
    return lognormal(p50: p50, p99: p99, kind)
  }

  /// The lognormal distribution with these percentiles.
  ///
  /// The logarithm is normal with mean ln p50 and, since its 99th percentile lies z = 2.326…
  /// standard deviations above, σ = ln(p99 / p50) / z. Then the mean is p50 · exp(σ² / 2) and the
  /// squared coefficient of variation exp(σ²) − 1 (Johnson, Kotz and Balakrishnan, *Continuous
  /// Univariate Distributions*, volume 1, chapter 14).
  private func lognormal(p50: Duration, p99: Duration, _ kind: Field) -> Distribution? {
    let normalQuantile99 = 2.326347874040841
    let sigma = log(p99.inSeconds / p50.inSeconds) / normalQuantile99
    let mean = p50.inSeconds * exp(sigma * sigma / 2)
    let cv = expm1(sigma * sigma).squareRoot()
    guard Limits.coefficientOfVariation.contains(cv), mean <= Limits.longestDraw.inSeconds else {
      complain(
        "`p99` and `p50` lie too far apart or too near each other for a lognormal distribution",
        at: kind.place)
      return nil
    }
    return .lognormal(mean: .seconds(mean), cv: cv)
  }
}

extension Distribution {
  /// Whether every draw is 0, so that nothing would ever take time.
  var isAlwaysZero: Bool {
    switch self {
    case .constant(let duration): duration == .zero
    case .empirical(let values): values.allSatisfy { $0.value == .zero }
    case .mixture(let components): components.allSatisfy(\.of.isAlwaysZero)
    default: false
    }
  }
}
