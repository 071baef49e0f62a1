/// A value as JSON with sorted keys, for people and programs, without a final newline.
package func readableJSON(_ value: some Encodable) -> String {
  String(decoding: writtenJSON(value).readable, as: UTF8.self)
}

/// A value as JSON on one line with sorted keys: the same bytes for the same value.
package func lineOfJSON(_ value: some Encodable) -> String {
  String(decoding: writtenJSON(value).bytes, as: UTF8.self)
}

private func writtenJSON(_ value: some Encodable) -> JSONLine {
  do {
    return try JSONLine(value)
  } catch {
    // Only a value that refuses to be written could throw, and none of a report does.
    preconditionFailure("a report cannot be written as JSON: \(error)")
  }
}
