import CLinux
import Glibc

/// The program `nft`, which reads rules as text; each script is one transaction of the kernel.
enum FilterProgram {
  private static let places = ["/usr/sbin/nft", "/sbin/nft", "/usr/local/sbin/nft", "/usr/bin/nft"]

  /// Where the program is; nil where it is not installed.
  static var path: String? { places.first { access($0, X_OK) == 0 } }

  /// Runs a script inside a namespace.
  ///
  /// - Returns: what the program printed.
  /// - Throws: what the kernel or the program found wrong; then nothing of the script is in force.
  @discardableResult
  static func run(_ script: [String], in namespace: NetworkNamespace) throws(ImpairmentError)
    -> String
  {
    guard let path else {
      throw ImpairmentError(
        .notSupported, "the program nft is not installed; install it (apt-get install nftables)")
    }
    let text = Array((script.joined(separator: "\n") + "\n").utf8)
    return try namespace.inside { () throws(ImpairmentError) in
      let (status, output, errors) = try start(path, reading: text)
      guard status == 0 else { throw failure(errors) }
      return output
    }
  }

  private static func failure(_ errors: String) -> ImpairmentError {
    let lines = errors.split(separator: "\n")
    let reason = lines.first { $0.contains("Error:") } ?? lines.first ?? "no reason given"
    if errors.contains("Operation not permitted") {
      return ImpairmentError(SystemError(code: EPERM), "changing the packet filter")
    }
    return ImpairmentError(.failed, "nft refused the rules: \(reason)")
  }

  /// Runs the program on this thread's namespace.
  private static func start(
    _ path: String, reading input: [UInt8]
  ) throws(ImpairmentError) -> (status: Int32, output: String, errors: String) {
    var files = [Int32](repeating: -1, count: 3)
    defer { for file in files where file >= 0 { close(file) } }
    for index in files.indices {
      files[index] = lab_memory_file("nft")
      guard files[index] >= 0 else {
        throw ImpairmentError(SystemError.last, "making a file in memory")
      }
    }
    _ = input.withUnsafeBytes { write(files[0], $0.baseAddress, $0.count) }
    lseek(files[0], 0, SEEK_SET)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (index, file) in files.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, file, Int32(index))
    }
    var words = ["nft", "-f", "-"].map { (word: String) in strdup(word) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, path, &actions, nil, &words, environ)
    guard code == 0 else { throw ImpairmentError(SystemError(code: code), "starting \(path)") }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return (status, contents(of: files[1]), contents(of: files[2]))
  }

  private static func contents(of file: Int32) -> String {
    lseek(file, 0, SEEK_SET)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }
}
