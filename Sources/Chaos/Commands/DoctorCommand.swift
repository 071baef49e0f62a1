import CommandLineParsing
import DockerEngine
import FaultInjection
import FoundationEssentials
import Reporting

/// The verb `chaos doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say which faults can be made here, how, and what is missing.",
    discussion: """
      It takes about two seconds. Nothing is changed, but for a file in the ledger's folder that is \
      removed again; the queue of packets is measured in a network of its own.
      """)

  @Option(help: "How to print it.")
  var format = ListFormat.table

  mutating func run() throws {
    let (doctor, ledger, address) = try endingCommand { () throws(FaultError) in
      let (engine, ledger) = (try Surroundings.engine(), try Surroundings.ledger())
      return (
        try Doctor(of: .live(engine: engine, ledger: ledger)), ledger.folder,
        "\(engine.address), API \(engine.version)"
      )
    }
    let measured = try endingCommand { () throws(FaultError) in try doctor.measure() }
    let report = Report(
      engine: Report.Engine(doctor, address, measured), ledger: Report.Ledger(ledger, measured),
      queue: Report.Queue(measured),
      faults: doctor.findings().map(Report.Row.init))
    switch format {
    case .table: print(report.text)
    case .json: print(readableJSON(report))
    }
  }

  /// What the doctor found, in the order in which it is printed.
  private struct Report: Encodable {
    struct Engine: Encodable {
      var address, version, kernel, cgroup_version, cgroup_driver: String
      var rootless: Bool
      var answer_ms: Double

      init(_ doctor: Doctor, _ address: String, _ measured: Doctor.Measurements) {
        self.address = address
        version = doctor.info.serverVersion
        kernel = doctor.info.kernel
        cgroup_version = doctor.info.groupVersion
        cgroup_driver = doctor.info.groupDriver
        rootless = doctor.info.isRootless
        answer_ms = tenths(measured.engineAnswer)
      }
    }

    struct Ledger: Encodable {
      var folder: String
      var entry_ms: Double?

      init(_ folder: String, _ measured: Doctor.Measurements) {
        self.folder = folder
        entry_ms = measured.ledgerEntry.map(tenths)
      }
    }

    struct Queue: Encodable {
      var packets_per_s: Int
      var late_p99_ms: Double

      init?(_ measured: Doctor.Measurements) {
        guard let held = measured.heldPackets else { return nil }
        packets_per_s = held.perSecond
        late_p99_ms = (held.lateness * 100).rounded() / 100
      }
    }

    struct Row: Encodable {
      var fault, note: String
      var via: String?

      init(_ finding: Doctor.Finding) {
        fault = finding.fault
        via = finding.via?.rawValue
        note = finding.note
      }
    }

    var engine: Engine
    var ledger: Ledger
    /// How many packets a queue holds now; absent where it holds none in time.
    var queue: Queue?
    var faults: [Row]

    var text: String {
      let groups = [engine.cgroup_version, engine.cgroup_driver].filter { !$0.isEmpty }
      let written = ledger.entry_ms.map { "an entry is on the disk in \($0) ms" }
      let held = queue.map {
        "\($0.packets_per_s) packets/s are held, 99 % of them at most \($0.late_p99_ms) ms too long"
      }
      return """
        engine   \(engine.address), version \(engine.version), answers in \(engine.answer_ms) ms
        machine  kernel \(engine.kernel), control groups \(groups.joined(separator: ", "))\
        \(engine.rootless ? ", rootless" : "")
        ledger   \(ledger.folder), \(written ?? "and it cannot be written there")
        queue    \(held ?? "no packets are held in time here")

        \(textTable([["FAULT", "VIA", "HOW, OR WHY NOT"]]
          + faults.map { [$0.fault, $0.via ?? "-", $0.note] }))
        """
    }
  }
}

/// A number with one digit after the point.
private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
