import ExperimentDecoding
import ExperimentModel
import FoundationEssentials
import Testing

/// What comes of a topology whose service times are in a file with these bytes beside it.
private func decode(samples: [UInt8]) throws -> Result<Distribution, Diagnostics> {
  let folder = FileManager.default.temporaryDirectory.path + "/decoding-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try Data(samples).write(to: URL(filePath: folder + "/times.csv"))
  let text = Document(backends: "backends: {one: {service: {cpu: {empirical: times.csv}}}}").text
  do throws(Diagnostics) {
    let topology = try decoder.decode(text, file: folder + "/lab.yaml")
    guard case .cpu(let time) = topology.backends[0].service.stages[0] else {
      preconditionFailure("the service of the document is CPU time")
    }
    return .success(time)
  } catch {
    let shown = error.all.map {
      let name = $0.file.split(separator: "/").last.map(String.init) ?? ""
      return Diagnostic(file: name, line: $0.line, column: $0.column, message: $0.message)
    }
    return .failure(Diagnostics(shown))
  }
}

@Suite struct `Observed durations` {
  @Test(arguments: [
    "0.001\n0.0025\n", "0.001\r\n0.0025", "seconds\n0.001\n\n2.5e-3\n", "\u{FEFF}0.001\n0.0025",
  ])
  func `one column is read as seconds`(samples: String) throws {
    let expected = Distribution.empirical([
      WeightedDuration(weight: 1, value: .milliseconds(1)),
      WeightedDuration(weight: 1, value: .microseconds(2500)),
    ])
    #expect(try decode(samples: Array(samples.utf8)) == .success(expected))
  }

  @Test func `a second column is read as weights`() throws {
    let expected = Distribution.empirical([
      WeightedDuration(weight: 9, value: .milliseconds(1)),
      WeightedDuration(weight: 0.5, value: .seconds(2)),
    ])
    #expect(
      try decode(samples: Array("value,weight\n0.001, 9\n2,0.5\n".utf8)) == .success(expected))
  }

  @Test(arguments: [
    ("", "times.csv:1:1: the file has no rows; each holds one duration in seconds"),
    ("seconds\n", "times.csv:1:1: the file has no rows; each holds one duration in seconds"),
    ("0.1\n-1\n", "times.csv:2:1: `-1` is no number of seconds from 0 to 86400"),
    ("0.1\n nan\n", "times.csv:2:2: `nan` is no number of seconds from 0 to 86400"),
    ("nan\n", "times.csv:1:1: `nan` is no number of seconds from 0 to 86400"),
    ("1e400\n", "times.csv:1:1: `1e400` is no number of seconds from 0 to 86400"),
    ("4ms\n", "times.csv:1:1: `4ms` is no number of seconds from 0 to 86400"),
    ("0.1,0\n", "times.csv:1:5: `0` is no weight; it must be a positive number"),
    ("0.1,x\n", "times.csv:1:5: `x` is no weight; it must be a positive number"),
    (
      "0.1\n0.1,2\n",
      "times.csv:2:1: a row holds seconds, or seconds and a weight, and every row the same"
    ),
    (
      "1,2,3\n",
      "times.csv:1:1: a row holds seconds, or seconds and a weight, and every row the same"
    ),
  ])
  func `a mistake in the file is reported at its place there`(samples: String, message: String)
    throws
  {
    guard case .failure(let diagnostics) = try decode(samples: Array(samples.utf8)) else {
      Issue.record("the file is refused")
      return
    }
    #expect(diagnostics.description == message)
  }

  @Test func `bytes that are no text are refused`() throws {
    guard case .failure(let diagnostics) = try decode(samples: [0xFF, 0x00, 0x0A, 0x31]) else {
      Issue.record("the file is refused")
      return
    }
    #expect(diagnostics.all.map(\.line) == [1])
  }

  @Test func `a file that is not there is a mistake of the topology`() {
    expect(
      Document(
        backends: "backends: {one: {service: {cpu: {empirical: ▼no-such.csv}}}}"
      ).text, complains: "`no-such.csv`: there is no such file")
    expect(
      Document(backends: "backends: {one: {service: {cpu: {empirical: ▼/dev/zero}}}}").text,
      complains: "`/dev/zero`: this is a pipe or a device; name a regular file")
  }
}
