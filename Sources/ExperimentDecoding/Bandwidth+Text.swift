import ExperimentModel

extension Bandwidth {
  /// The bandwidth that a text says in the grammar of the file format, such as `100Mbit/s`.
  ///
  /// It is there for command lines, so that an option and a file mean the same by the same words.
  public init(text: String) throws(BandwidthRefusal) {
    do throws(BandwidthText.Fault) {
      self = try BandwidthText.read(text)
    } catch {
      throw BandwidthRefusal(message: "it \(error.demand)")
    }
  }
}

/// Why a text is no bandwidth, as a sentence about it: `it must be a bandwidth such as 1Mbit/s`.
public struct BandwidthRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason.
  public let message: String

  /// The reason.
  public var description: String { message }
}

/// How bandwidths are written: a number, a decimal prefix, and `bit/s`.
enum BandwidthText {
  /// Why a text is no bandwidth, as a demand on it.
  struct Fault: Error {
    var demand: String
  }

  private static let powers: [String: Double] = [
    "": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12,
  ]

  static func read(_ text: String) throws(Fault) -> Bandwidth {
    let demand = "must be a bandwidth such as 100Mbit/s or 512kbit/s"
    var rest = Substring(text)
    guard ExactDecimal(takenFrom: &rest) != nil,
      let number = Double(text.dropLast(rest.count))
    else { throw Fault(demand: demand) }
    rest.dropBlank()
    var unit = rest.lowercased()
    if unit.hasSuffix("/s") { unit.removeLast(2) }
    guard unit.hasSuffix("bit"), let power = powers[String(unit.dropLast(3))] else {
      throw Fault(demand: rest.isEmpty ? "needs a unit, such as \(text)Mbit/s" : demand)
    }
    let bits = number * power
    guard Limits.bitsPerSecond.contains(bits) else {
      throw Fault(demand: "must lie between 1bit/s and 1000Tbit/s")
    }
    return Bandwidth(bitsPerSecond: bits)
  }
}

extension Decoding {
  /// A bandwidth such as `100Mbit/s`.
  func bandwidth(_ field: Field) -> Bandwidth? {
    guard let text = scalar(field, "must be a bandwidth such as 100Mbit/s") else { return nil }
    do throws(BandwidthText.Fault) {
      return try BandwidthText.read(text)
    } catch {
      refuse(field, error.demand)
      return nil
    }
  }
}
