import ExperimentDecoding
import ExperimentModel
import Testing

@Suite struct RequestDecodingTests {
  static func document(_ request: String) -> String {
    Document(clients: "clients: {a: {open: {rate: 1/s, requests: 9}, request: \(request)}}").text
  }

  @Test func `what a balancer sees of a request is read`() throws {
    let text = Self.document("{method: POST, key: {zipf: {n: 1000, s: 1.1}}, client_ips: 250}")
    let group = try decoder.decode(text, file: "bad.yaml").clients[0]
    #expect(
      group.request
        == RequestKind(
          method: "POST", key: .zipf(count: 1_000, exponent: 1.1), clientAddresses: 250))
    #expect(!group.request.isIdempotent)
  }

  @Test(arguments: [
    ("{method: ▼FETCH}", "FETCH"), ("{key: {uniform: ▼0}}", "0"),
    ("{key: {zipf: {n: 10, s: ▼-1}}}", "-1"), ("{client_ips: ▼many}", "many"),
  ])
  func `a mistake in it is told at its place`(request: String, value: String) throws {
    let marked = Self.document(request)
    let text = marked.replacing("▼", with: "")
    let prefix = marked.prefix { $0 != "▼" }
    let column = prefix.split(separator: "\n", omittingEmptySubsequences: false).last?.count ?? 0
    let error = #expect(throws: Diagnostics.self) {
      try decoder.decode(text, file: "bad.yaml")
    }
    #expect(error?.all.count == 1 && error?.all.first?.column == column + 1)
    #expect(error?.all.first?.message.hasSuffix("not `\(value)`") == true)
  }
}
