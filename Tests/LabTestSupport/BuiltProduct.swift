import FoundationEssentials

/// An executable of the package, as it was built together with the running tests.
public enum BuiltProduct {
  /// The path of the executable of this name; throws when it was not built.
  public static func path(_ name: String) throws -> String {
    // The test runner lies in the folder of the build's products.
    let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(filePath: runner).deletingLastPathComponent().appending(path: name).path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
    return path
  }

  /// The folder of the package, found from the place of this file.
  public static var packageFolder: String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }

  struct Missing: Error, CustomStringConvertible {
    var path: String
    var description: String { "\(path) is not there: build the package first" }
  }
}
