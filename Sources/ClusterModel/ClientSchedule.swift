import ExperimentModel
import SimulationEngine

/// When a client group sends its requests and what they are: the same code, and so the same draws,
/// whether the clients are simulated or live.
///
/// Times are counted from the start of the run.
public struct ClientSchedule: ~Copyable {
  private var clients: ClientPool
  private let identities: RequestIdentities
  // The samplers of the clients point into it.
  private let shop: SamplerShop
  private let group = ClientIndex(0)

  /// What a request looks like to a balancer, as far as its group says.
  public struct Identity: Sendable, Hashable {
    /// What hashing strategies hash; nil for none.
    public var key: String?
    /// The four octets of the address that it comes from, the first one highest; nil for any.
    public var address: UInt32?
  }

  /// Makes the schedule of a group that has sent nothing yet.
  public init(_ group: ClientGroup, seed: UInt64) {
    var shop = SamplerShop()
    clients = ClientPool([group], seed: seed, shop: &shop)
    identities = RequestIdentities(group.request, of: group.name, seed: seed)
    self.shop = shop
  }

  /// Whether arrivals do not wait for answers.
  public var isOpen: Bool { clients.isOpen(group) }

  /// When the first request leaves; nil for a group that sends none.
  public mutating func firstArrival() -> Instant? { known(clients.firstArrival(of: group)) }

  /// When an open group sends again after a time; nil when it has sent all.
  public mutating func nextArrival(after time: Instant) -> Instant? {
    known(clients.nextArrival(of: group, after: time))
  }

  /// Counts a request as sent, or says that the group has stopped sending.
  public mutating func send(at time: Instant) -> Bool {
    guard clients.send(from: group, at: time) else { return false }
    clients.noteRequest(from: group, at: time)
    return true
  }

  /// The pause before the next try of the request of this number, which has failed and was sent so
  /// often; nil when it is not sent again.
  public mutating func pauseBeforeRetry(
    of serial: UInt64, after tries: Int, at time: Instant
  ) -> Nanoseconds? {
    clients.pauseBeforeRetry(from: group, of: serial, after: tries, at: time)
  }

  /// The pause of a closed client after the answer to the request of this number.
  public func pause(after serial: UInt64) -> Nanoseconds {
    clients.pause(of: group, after: serial) ?? .zero
  }

  /// What the request of this number looks like.
  public func identity(of serial: UInt64) -> Identity {
    guard !identities.isPlain else { return Identity() }
    var attempt = Attempt(now: .zero)
    identities.identify(&attempt, serial: serial)
    return Identity(
      key: attempt.key.isEmpty ? nil : String(decoding: attempt.key.bytes, as: UTF8.self),
      address: attempt.address.length == 4 ? UInt32(attempt.address.low) : nil)
  }

  private func known(_ time: Instant) -> Instant? { time == .never ? nil : time }
}
