import FoundationEssentials
import Glibc
import LabTestSupport
import Testing

extension KernelTests {
  /// The emulator `netem` of a real kernel, in an emulated machine: many kernels lack it.
  ///
  /// It comes one at a time with the other tests of kernels, because it takes both cores.
  struct GuestTests {
    static let isPossible =
      !TwoNamespaces.isEmulated
      && ["/usr/bin/qemu-system-x86_64", "/usr/bin/busybox"].allSatisfy { (path: String) in
        access(path, X_OK) == 0
      }
      && (try? FileManager.default.contentsOfDirectory(atPath: "/boot"))?
        .contains { $0.hasPrefix("vmlinuz-") && $0.hasSuffix("-cloud-amd64") } == true
    static let skipped: Comment = "no emulated machine: run Scripts/install-packages run guest"

    @Test(.enabled(if: isPossible, skipped))
    func `the tests of kernels pass in one that has netem`() async throws {
      let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let run = try await CommandRun.run(
        BuiltProduct.packageFolder + "/Scripts/netem-guest", ["run", bundle, "KernelTests"],
        timeout: .seconds(1200))
      #expect(run.ending == .exited(0), "\(run)")
      #expect(run.output.contains("way → .netem"), "netem was among the ways that were tried")
    }
  }
}
