import FoundationEssentials
import Glibc
import LabTestSupport
import Testing

/// The emulator `netem` of a real kernel, in an emulated machine: many kernels lack it.
struct GuestTests {
  static let isPossible =
    getenv("LAB_GUEST") != nil && !TwoNamespaces.isEmulated
    && ["/usr/bin/qemu-system-x86_64", "/usr/bin/busybox"].allSatisfy { (path: String) in
      access(path, X_OK) == 0
    }
  static let skipped: Comment =
    "no emulated machine: run Scripts/install-packages run guest, and set LAB_GUEST=1"

  @Test(.enabled(if: isPossible, skipped))
  func `netem delays, keeps its hands off, and ends with its lease in a real kernel`()
    async throws
  {
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let names = "a delay is the delay|a fault ends with its lease|tables and qdiscs"
    let run = try await CommandRun.run(
      BuiltProduct.packageFolder + "/Scripts/netem-guest", ["run", bundle, names],
      timeout: .seconds(600))
    // 69 is no failure of ours: there is no kernel with netem here.
    guard run.ending != .exited(69) else { return }
    #expect(run.ending == .exited(0), "\(run)")
    #expect(run.output.contains("netem"), "the way was among those that were tried")
  }
}
