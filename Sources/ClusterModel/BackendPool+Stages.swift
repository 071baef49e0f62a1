import ExperimentModel
import SimulationEngine

/// Services of more than one stage.
extension BackendPool {
  /// Puts a request before its first stage, and says what CPU time that takes: none for a probe,
  /// which has no other.
  @inline(never)
  func beginStages(
    of request: RequestIndex, _ demand: Nanoseconds, in requests: borrowing RequestTable
  ) -> Nanoseconds {
    let isProbe = requests[request].state.contains(.isProbe)
    requests[request].stage = isProbe ? .max : 0
    return isProbe ? .zero : demand
  }

  /// Begins the next stage of a request; false after the last.
  @inline(never)
  func goesOn(
    _ request: RequestIndex, on row: UnsafeMutablePointer<Row>, at time: Instant,
    in requests: borrowing RequestTable
  ) -> Bool {
    let stage = Int(requests[request].stage)
    guard stage < row.pointee.stages.count else { return false }
    requests[request].stage += 1
    row.pointee.lastBegun = request
    var stream = laterStages[stage].substream(requests[request].serial)
    let length = Nanoseconds(nearest: row.pointee.stages[stage].length.draw(from: &stream))
    if row.pointee.stages[stage].isWait {
      row.pointee.stages.wait(request, until: time + length)
    } else {
      row.pointee.processor.start(request, demand: length, at: time)
    }
    return true
  }

  /// Ends the wait that is due at a backend: the request that is then done, or nil when another
  /// stage follows.
  func endWait(
    at backend: BackendIndex, at time: Instant, in requests: borrowing RequestTable
  ) -> RequestIndex? {
    let row = rows + backend.int
    let request = row.pointee.stages.endWait()
    if goesOn(request, on: row, at: time, in: requests) { return nil }
    freeWorker(of: row, at: time, in: requests)
    return request
  }

  /// Whether requests ever wait at a backend for something else than the CPU.
  @inline(__always)
  func mayWait(at backend: BackendIndex) -> Bool { rows[backend.int].stages.holdWaits }

  /// When the next wait ends at a backend that is not frozen.
  func nextWaitDue(at backend: BackendIndex) -> Instant {
    rows[backend.int].condition.isFrozen ? .never : rows[backend.int].stages.nextDue
  }
}

/// What requests go through at a backend after their first CPU time, and which of them wait for
/// something that needs no CPU.
struct LaterStages: ~Copyable {
  private let stages: Column<Stage>
  /// Whether one of them is a wait.
  let holdWaits: Bool
  private var waits = Heap<Wait>()
  private var begun: UInt32 = 0

  struct Stage: BitwiseCopyable {
    let length: Sampler
    /// Whether it is a wait for something else than the CPU.
    let isWait: Bool
  }

  private struct Wait: BitwiseCopyable, Comparable {
    let due: Instant
    let order: UInt32
    let request: RequestIndex
    static func < (a: Wait, b: Wait) -> Bool {
      a.due < b.due || (a.due == b.due && a.order < b.order)
    }
  }

  init(of service: Service, shop: inout SamplerShop) {
    var stages: [Stage] = []
    for stage in service.laterStages {
      switch stage {
      case .cpu(let time): stages.append(Stage(length: shop.sampler(of: time), isWait: false))
      case .io(let time): stages.append(Stage(length: shop.sampler(of: time), isWait: true))
      }
    }
    self.stages = Column(stages)
    holdWaits = service.waits
  }

  /// How many stages there are.
  var count: Int { stages.count }

  subscript(index: Int) -> Stage { stages[index] }

  /// When the next wait ends; never when nobody waits.
  ///
  /// - Complexity: O(1).
  var nextDue: Instant { waits.count == 0 ? .never : waits.first.due }

  /// Lets a request wait until a time.
  ///
  /// - Complexity: O(log n) for n that wait.
  mutating func wait(_ request: RequestIndex, until time: Instant) {
    begun &+= 1
    waits.insert(Wait(due: time, order: begun, request: request))
  }

  /// Takes the request whose wait ends first.
  ///
  /// - Complexity: O(log n) for n that wait.
  mutating func endWait() -> RequestIndex { waits.removeFirst().request }

  /// Takes a request out that waits; nil when none does.
  mutating func evict() -> RequestIndex? { waits.count == 0 ? nil : endWait() }
}

extension Service {
  /// The CPU time with which it begins: none when it begins with a wait, which the process must
  /// nevertheless run to ask for.
  var firstDemand: Distribution {
    if case .cpu(let time) = stages[0] { time } else { .constant(.zero) }
  }

  /// What follows on the first CPU time.
  var laterStages: ArraySlice<ServiceStage> {
    if case .cpu = stages[0] { stages.dropFirst() } else { stages[...] }
  }

  /// Whether it waits for something else than the CPU.
  var waits: Bool { stages.contains { if case .io = $0 { true } else { false } } }
}
