import ExperimentDecoding
import Reporting

/// Why a recording cannot be replayed: where, what, and what to do about it.
public struct RecordingRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence.
  public let description: String

  init(_ sentence: String) { description = sentence }
}

/// An object of a recording, and where it stands.
struct RecordedFields {
  let values: [String: JSONValue]
  /// The file, and the step or server in it.
  let place: String

  init(_ value: JSONValue, at place: String) throws(RecordingRefusal) {
    guard case .object(let values) = value else {
      throw RecordingRefusal("\(place): this must be a JSON object {...}.")
    }
    self.values = values
    self.place = place
  }

  func refusal(_ complaint: String) -> RecordingRefusal {
    RecordingRefusal("\(place): \(complaint).")
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  func text(_ key: String) throws(RecordingRefusal) -> String {
    guard let text = try optionalText(key) else {
      throw refusal("`\(key)` is missing; give it as a text")
    }
    return text
  }

  func optionalText(_ key: String) throws(RecordingRefusal) -> String? {
    switch values[key] {
    case nil: return nil
    case .string(let text): return text
    default: throw refusal("`\(key)` must be a text")
    }
  }

  func flag(_ key: String) throws(RecordingRefusal) -> Bool? {
    switch values[key] {
    case nil: return nil
    case .bool(let value): return value
    default: throw refusal("`\(key)` must be true or false")
    }
  }

  /// A whole number in a range; nil without the key.
  func whole(_ key: String, _ range: ClosedRange<Int>) throws(RecordingRefusal) -> Int? {
    guard let value = values[key] else { return nil }
    guard let whole = value.number.flatMap({ Int(exactly: $0) }), range.contains(whole) else {
      throw refusal(
        "`\(key)` must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return whole
  }

  /// A number of seconds, at most 30 years; nil without the key.
  func seconds(_ key: String) throws(RecordingRefusal) -> Double? {
    guard let value = values[key] else { return nil }
    guard let seconds = value.number, (0...1e9).contains(seconds) else {
      throw refusal("`\(key)` must be a number of seconds, not negative")
    }
    return seconds
  }

  func texts(_ key: String) throws(RecordingRefusal) -> [String]? {
    guard let value = values[key] else { return nil }
    guard case .array(let list) = value else { throw refusal("`\(key)` must be a list of texts") }
    var texts: [String] = []
    for element in list {
      guard case .string(let text) = element else {
        throw refusal("`\(key)` must be a list of texts")
      }
      texts.append(text)
    }
    return texts
  }

  func list(_ key: String) throws(RecordingRefusal) -> [JSONValue] {
    guard case .array(let list) = values[key] else {
      throw refusal("`\(key)` must be a list of objects; give one [...]")
    }
    return list
  }

  /// The place of the server that a field names.
  func server(_ key: String, among names: [String]) throws(RecordingRefusal) -> Int {
    let name = try text(key)
    guard let place = names.firstIndex(of: name) else {
      throw refusal(
        "there is no server \(quoted(name)); the servers are \(listed(names.map { quoted($0) }))")
    }
    return place
  }
}
