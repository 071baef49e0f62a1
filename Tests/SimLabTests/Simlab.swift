import LabTestSupport

/// Runs the built `simlab` with these words.
func simlab(
  _ words: String..., environment: [String: String] = [:], outputTo output: String? = nil
) async throws -> CommandRun {
  try await CommandRun.run(
    BuiltProduct.path("simlab"), words, environment: environment, outputTo: output)
}

/// The shipped topology of three weighted containers.
let threeWeighted = BuiltProduct.packageFolder + "/topologies/three-weighted.yaml"

/// Two client groups, one of which gives up waiting, in front of one slow backend.
let impatient = """
  name: impatient
  clients:
    early:
      open: {rate: 300/s, requests: 300}
      timeout: 10ms
    late:
      open: {rate: 100/s, requests: 100}
      start: 100ms
  balancer:
    like: ideal
    strategy: random
  backends:
    only: {workers: 1, service: {cpu: {exponential: 4ms}}}
  """
