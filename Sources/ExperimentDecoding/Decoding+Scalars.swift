import ExperimentModel

extension Decoding {
  /// The text of a single value; nil, after a complaint with this demand, when it is none.
  func scalar(_ field: Field, _ demand: String) -> String? {
    guard case .scalar(let text, _) = field.node.content, !field.node.isNull else {
      refuse(field, demand)
      return nil
    }
    return text
  }

  /// A text of at least one character and at most `limit`.
  func text(_ field: Field, limit: Int) -> String? {
    let demand = "must be a text of 1 to \(limit) characters"
    guard let text = scalar(field, demand) else { return nil }
    guard !text.isEmpty, text.unicodeScalars.count <= limit else {
      refuse(field, demand)
      return nil
    }
    return text
  }

  /// A text on one line, for what a result or a table shows in one.
  func title(_ field: Field) -> String? {
    guard let title = text(field, limit: Limits.nameLength) else { return nil }
    guard !title.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      refuse(field, "must be on one line, without control characters")
      return nil
    }
    return title
  }

  /// `true` or `false`.
  func flag(_ field: Field) -> Bool? {
    switch scalar(field, "must be true or false") {
    case "true"?: return true
    case "false"?: return false
    case nil: return nil
    case _?:
      refuse(field, "must be true or false")
      return nil
    }
  }

  /// What one of several words stands for.
  func choice<Value>(_ field: Field, among words: KeyValuePairs<String, Value>) -> Value? {
    let word = word(field, among: words.map(\.key))
    return words.first { $0.key == word }?.value
  }

  /// One of several words.
  func word(_ field: Field, among words: [String]) -> String? {
    let demand = "must be \(listed(words, "or"))"
    guard let text = scalar(field, demand) else { return nil }
    if words.contains(text) { return text }
    if let meant = suggestion(for: text, among: words) {
      refuse(field, "\(demand) (did you mean `\(meant)`?)")
    } else {
      refuse(field, demand)
    }
    return nil
  }

  /// A whole number in a range.
  func whole<Number: FixedWidthInteger>(_ field: Field, in range: ClosedRange<Number>) -> Number? {
    let demand = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let text = scalar(field, demand) else { return nil }
    guard let (value, isExact) = ExactDecimal(text)?.rounded(), isExact,
      let number = Number(exactly: value), range.contains(number)
    else {
      refuse(field, demand)
      return nil
    }
    return number
  }

  /// A number in a range.
  func number(_ field: Field, in range: ClosedRange<Double>) -> Double? {
    let demand = "must be a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
    guard let text = scalar(field, demand) else { return nil }
    guard ExactDecimal(text) != nil, let number = Double(text), range.contains(number) else {
      refuse(field, demand)
      return nil
    }
    return number
  }

  /// A duration within bounds.
  func duration(_ field: Field, _ bounds: DurationBounds) -> Duration? {
    guard let text = scalar(field, DurationText.demand) else { return nil }
    do throws(DurationText.Fault) {
      let duration = try DurationText.read(text)
      if let demand = bounds.demand(against: duration) {
        refuse(field, demand)
        return nil
      }
      return duration
    } catch {
      refuse(field, error.demand)
      return nil
    }
  }

  /// A share such as `10%` or `0.1`.
  func ratio(_ field: Field) -> Ratio? {
    guard let text = scalar(field, Ratio.demand) else { return nil }
    do throws(RatioRefusal) {
      return try Ratio(text: text)
    } catch {
      refuse(field, Ratio.demand)
      return nil
    }
  }

  /// A rate such as `600/s`.
  func rate(_ field: Field) -> Rate? {
    let range = Limits.ratePerSecond
    let demand = "must be a rate with its unit, such as 600/s or 30/m"
    guard let text = scalar(field, demand) else { return nil }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let seconds: [Substring: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600]
    let digits = parts.count == 2 && parts[0].hasSuffix(" ") ? parts[0].dropLast() : parts[0]
    guard ExactDecimal(digits) != nil, let count = Double(digits) else {
      refuse(field, demand)
      return nil
    }
    guard parts.count == 2, let unit = seconds[parts[1]] else {
      let isBare = parts.count == 1
      refuse(
        field, isBare ? "needs a unit, such as \(parts[0])/s" : "must be per ms, s, m or h")
      return nil
    }
    guard range.contains(count / unit) else {
      refuse(
        field, "must lie between \(plain(range.lowerBound))/s and \(plain(range.upperBound))/s")
      return nil
    }
    return Rate(perSecond: count / unit)
  }

  /// An amount of memory such as `64M`, binary as in Compose.
  func size(_ field: Field) -> ByteCount? {
    guard let text = scalar(field, SizeText.demand) else { return nil }
    do throws(SizeText.Fault) {
      return try SizeText.read(text)
    } catch {
      refuse(field, error.demand)
      return nil
    }
  }
}

/// How durations are written.
enum DurationText {
  static let demand = "must be a duration such as 250us, 4ms, 1.5s or 2m"

  /// Why a text is no duration, as a demand on it.
  struct Fault: Error {
    var demand: String

    static let tooLong = Fault(demand: "must be at most 10 years (87600h)")
  }

  /// The nanoseconds of each unit.
  private static let units: [Substring: UInt128] = [
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
    "m": 60_000_000_000, "h": 3_600_000_000_000,
  ]

  /// The duration that a text says: a number with its unit, or several in a row as in `1m30s`.
  ///
  /// Each part is rounded to the nanosecond; a part that would vanish by that is refused.
  static func read(_ text: String) throws(Fault) -> Duration {
    var rest = Substring(text)
    var total: Int64 = 0
    repeat {
      let start = rest
      guard let number = ExactDecimal(takenFrom: &rest) else { throw Fault(demand: demand) }
      guard !number.isNegative || number.isZero else {
        throw Fault(demand: "must be 0 or longer")
      }
      rest.dropBlank()
      let name = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard !name.isEmpty || !rest.isEmpty else {
        if number.isZero, start.count == text.count { return .zero }
        throw Fault(demand: "needs a unit, such as \(start)s or \(start)ms")
      }
      guard let unit = units[name] else {
        throw Fault(
          demand: name.isEmpty ? demand : "must have one of the units ns, us, ms, s, m or h")
      }
      guard let (part, _) = number.rounded(times: unit) else { throw .tooLong }
      guard part > 0 || number.isZero else {
        throw Fault(demand: "must be at least 1ns, the resolution of the clock")
      }
      guard let sum = Int64(exactly: Int128(total) + part) else { throw .tooLong }
      total = sum
    } while !rest.isEmpty
    return .nanoseconds(total)
  }
}

/// The shortest and longest duration that make sense in a place.
struct DurationBounds {
  var allowsZero: Bool
  var longest: Duration
  var longestText: String

  /// A moment, a wait or a length of a run.
  static let time = DurationBounds(
    allowsZero: true, longest: Limits.longestTime, longestText: "10 years (87600h)")
  /// A wait or a length that cannot be nothing.
  static let positiveTime = DurationBounds(
    allowsZero: false, longest: Limits.longestTime, longestText: "10 years (87600h)")
  /// A value that a distribution takes.
  static let draw = DurationBounds(
    allowsZero: true, longest: Limits.longestDraw, longestText: "24h")
  /// A mean or scale that cannot be nothing.
  static let positiveDraw = DurationBounds(
    allowsZero: false, longest: Limits.longestDraw, longestText: "24h")

  /// What is to be demanded of a duration that is out of bounds; nil for one within.
  func demand(against duration: Duration) -> String? {
    if duration == .zero, !allowsZero { return "must be longer than 0" }
    return duration > longest ? "must be at most \(longestText)" : nil
  }
}
