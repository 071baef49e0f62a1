import FoundationEssentials

/// A value as JSON with sorted keys, for people and programs, without a final newline.
package func readableJSON(_ value: some Encodable) -> String {
  textOfJSON(value, formatting: [.sortedKeys, .prettyPrinted])
}

/// A value as JSON on one line with sorted keys: the same bytes for the same value.
package func lineOfJSON(_ value: some Encodable) -> String {
  textOfJSON(value, formatting: .sortedKeys)
}

private func textOfJSON(
  _ value: some Encodable, formatting: JSONEncoder.OutputFormatting
) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = formatting.union(.withoutEscapingSlashes)
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    // Every number was checked to be finite, which is all that JSON asks of a value.
    preconditionFailure("a report cannot be written as JSON: \(error)")
  }
}
