import ExperimentModel
import FoundationEssentials
import Glibc
import NetworkImpairment

/// The process that stays with a fault on packets: it holds them, answers, or makes the lease
/// longer.
///
/// It leaves when the fault's rules are gone. When it dies, packets pass, and the lease ends.
public struct PacketKeeper {
  /// The hidden verb: `chaos hold FOLDER ID PID NAMESPACE WAY FAULT`.
  public static let verb = "hold"
  /// How often it looks after the lease, in nanoseconds.
  static let renewal: UInt64 = 1_000_000_000

  private let ledger: Ledger
  private let id: String
  private let fault: PacketFault
  private let way: PacketWay
  private let namespace: NetworkNamespace

  /// Makes a keeper from the words of its command line.
  ///
  /// - Throws: a sentence about words that no fault writes, or about a namespace that is gone.
  public init(
    ledger: Ledger, id: String, pid: Int32, inode: UInt64, way: String, fault: String
  ) throws(FaultError) {
    guard let way = PacketWay(rawValue: way), let fault = PacketFault(text: fault), fault.id == id
    else { throw FaultError(.notUsable, "\(id) is no fault on packets; use chaos delay") }
    guard let process = ProcessIdentity(pid: pid) else {
      throw FaultError(.notUsable, "the process \(pid) is gone, and its network with it")
    }
    namespace = try PacketChange.namespace(of: process, inode: inode, target: "process \(pid)")
    self.ledger = ledger
    self.id = id
    self.fault = fault
    self.way = way
  }

  /// Keeps the fault until it is over.
  ///
  /// - Parameter reportReady: says so when packets may be led here.
  public func keep(reportReady: () -> Void) throws(FaultError) {
    var lastLook: UInt64 = 0
    func look(_ now: UInt64) {
      guard now >= lastLook + Self.renewal else { return }
      lastLook = now
      tend()
    }
    try FaultError.ofPackets { () throws(ImpairmentError) in
      if case .answer(let answer) = fault.deed {
        let server = try AnsweringServer(answer, of: fault, in: namespace)
        reportReady()
        try server.serve(atEachGlance: look)
      } else if way == .queue {
        let holder = try PacketHolder(fault, in: namespace)
        try holder.connect()
        let thread = try HoldingThread(holder)
        reportReady()
        try PacketRules.stay(with: id, in: namespace, atEachGlance: look)
        try thread.join()
      } else {
        reportReady()
        try PacketRules.stay(with: id, in: namespace, atEachGlance: look)
      }
    }
  }
}

extension PacketKeeper {
  /// How long after its time a fault may wait for somebody who removes its rules, in seconds.
  static let graceSeconds = 5.0

  /// Makes the lease longer while somebody watches the fault, and removes its rules, which have no
  /// effect any more, when nobody is left to do it.
  private func tend() {
    guard let entry = try? ledger.entry(id) else { return }
    let left = entry.until?.timeIntervalSinceNow
    let isAbandoned = left.map { $0 < -Self.graceSeconds } ?? !entry.isGuarded
    if isAbandoned {
      _ = try? PacketRules.remove(id, in: namespace)
    } else if left == nil || fault.deed.isAnswer {
      // What fails now may succeed in a second; after five the kernel ends the fault.
      let lease = min(PacketChange.shortLease, left.map { .seconds($0) } ?? .seconds(60))
      guard lease > .zero else { return }
      try? PacketRules.renew(id, for: lease, in: namespace)
    }
  }
}

/// The word of a companion that it is ready, kept while it opens files of its own.
public struct Readiness {
  private let descriptor: Int32

  /// Takes over the word, and lets go of every other file that was inherited.
  ///
  /// A pipe that somebody else waits on must not stay open because of a companion.
  public init() {
    let first = Companion.readinessDescriptor
    descriptor = fcntl(first, F_DUPFD_CLOEXEC, 256)
    for number in first..<256 { close(number) }
    _ = chdir("/")
  }

  /// Says it.
  public func report() {
    var byte = UInt8(ascii: "!")
    _ = write(descriptor, &byte, 1)
    close(descriptor)
  }
}
