import ClusterModel
import FoundationEssentials

/// What a recording of Envoy's picks says: the parts that these tests need.
struct EnvoyRecording: Decodable {
  struct Server: Decodable {
    let name: String
    let address: String
    let weight: Int
  }
  struct Input: Decodable { let key: String? }
  struct Step: Decodable {
    let op: String
    let t: Double
    let server: String?
    let status: Int?
    let input: Input?
  }
  let strategy: String
  let servers: [Server]
  let steps: [Step]

  init(_ name: String) throws {
    var folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    folder.append(contentsOf: ["Recordings", "\(name).json"])
    let data = try Data(contentsOf: URL(filePath: folder.joined(separator: "/")))
    self = try JSONDecoder().decode(EnvoyRecording.self, from: data)
  }

  /// The places of the servers that the requests reached.
  var picks: [Int] {
    steps.filter { $0.op == "request" }.compactMap { step in
      servers.firstIndex { $0.name == step.server }
    }
  }

  /// The script of the recorded requests.
  var script: PickScript {
    var script = PickScript(weights: servers.map(\.weight), requests: picks.count)
    script.addresses = servers.map(\.address)
    script.namedKeys = steps.compactMap { $0.input?.key }
    return script
  }
}
