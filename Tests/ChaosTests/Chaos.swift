import LabTestSupport

/// A ledger of its own, and an engine that is not there unless a test says otherwise.
struct Chaos {
  let folder: TemporaryFolder
  let ledger: String

  init() throws {
    folder = try TemporaryFolder()
    ledger = folder.path + "/ledger"
  }

  /// Runs the built `chaos` with these words.
  func run(_ words: String..., environment: [String: String] = [:]) async throws -> CommandRun {
    var variables = ["CHAOS_STATE_DIR": ledger, "DOCKER_HOST": "unix:///nowhere/engine.sock"]
    variables.merge(environment) { _, new in new }
    return try await CommandRun.run(
      BuiltProduct.path("chaos"), words, environment: variables)
  }
}

extension CommandRun {
  /// The status of a command that ended by itself.
  var status: Int32? { if case .exited(let status) = ending { status } else { nil } }
}
