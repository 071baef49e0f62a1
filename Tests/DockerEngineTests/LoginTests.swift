import DockerEngine
import Testing

@Suite struct LoginTests {
  private func answer(_ text: String) -> EngineAnswer? { EngineAnswer(http: Array(text.utf8)) }

  @Test func `an answer is read with its status, its version and its body`() throws {
    let read = try #require(
      answer(
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\napi-version:  1.41 \r\n\r\nOK\r\n\r\n."))
    #expect(read.status == 200)
    #expect(read.apiVersion == "1.41")
    #expect(String(decoding: read.body, as: UTF8.self) == "OK\r\n\r\n.")
  }

  @Test(arguments: [
    "", "HTTP/1.0 200 OK\r\n", "HTTP/1.0\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.0 ok\r\n\r\n",
  ])
  func `what is no answer is none`(text: String) {
    #expect(answer(text) == nil)
  }
}
