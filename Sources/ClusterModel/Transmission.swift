import ExperimentModel
import SimulationEngine

/// A message on its way over a wire, where it may be lost and sent again.
package struct Transmission: BitwiseCopyable {
  let message: Message
  /// Whether its connection is still to be opened.
  let isOpening: Bool
  /// How often this was sent before, to no avail.
  var losses: UInt8 = 0

  /// The messages that a request comes to.
  enum Message: UInt8, BitwiseCopyable {
    /// From the client to the balancer.
    case request
    /// From the balancer to the backend.
    case forward
    /// From the backend to the balancer.
    case answer
    /// From the balancer to the client.
    case reply
    /// The news for the balancer that the client has gone.
    case hangUp
    /// From the balancer to the backend, to find out whether that works.
    case check
  }

  init(_ message: Message, isOpening: Bool, losses: UInt8 = 0) {
    self.message = message
    self.isOpening = isOpening
    self.losses = losses
  }

  /// The transmission that ends with this event.
  init(of event: Event, opening: Bool) {
    switch event {
    case .reachedBalancer: self.init(.request, isOpening: opening)
    case .reachedBackend: self.init(.forward, isOpening: opening)
    case .answered: self.init(.answer, isOpening: opening)
    case .reachedClient: self.init(.reply, isOpening: opening)
    case .hungUp: self.init(.hangUp, isOpening: opening)
    case .checkArrived: self.init(.check, isOpening: opening)
    default: preconditionFailure("only messages are sent over wires")
    }
  }

  /// What happens when it has arrived.
  func arrival(of request: RequestIndex) -> Event {
    switch message {
    case .request: .reachedBalancer(request)
    case .forward: .reachedBackend(request)
    case .answer: .answered(request)
    case .reply: .reachedClient(request)
    case .hangUp: .hungUp(request)
    case .check: .checkArrived(request)
    }
  }

  /// The same once more, after a loss.
  var repeated: Transmission { Transmission(message, isOpening: isOpening, losses: losses + 1) }
}

/// The bytes of a group's requests and answers.
struct MessageSizes: BitwiseCopyable {
  let request, response: Int

  init(_ kind: RequestKind) {
    request = kind.size.bytes
    response = kind.response.bytes
  }

  func bytes(of message: Transmission.Message) -> Int {
    switch message {
    case .request, .forward: request
    case .answer, .reply: response
    case .hangUp, .check: 0
    }
  }
}

/// When TCP sends again what was lost.
enum Retransmission {
  /// A lost SYN is sent again after 1 s, doubling (RFC 6298); after the seventh the kernel gives up
  /// (Linux, `tcp_syn_retries` 6).
  static func waitToConnect(after losses: UInt8) -> Nanoseconds {
    Nanoseconds(1_000_000_000 << Int64(losses))
  }
  static var mostConnects: UInt8 { 7 }

  /// Lost data is sent again after the smoothed round trip and 200 ms (Linux, `TCP_RTO_MIN`),
  /// doubling up to 120 s.
  static func wait(after losses: UInt8, roundTrip: Double) -> Nanoseconds {
    let first = Nanoseconds(nearest: roundTrip) + Nanoseconds(200_000_000)
    return min(first * (1 << Int64(min(losses, 20))), Nanoseconds(120_000_000_000))
  }
  /// How often data is sent again before the connection is given up (Linux, `tcp_retries2`).
  static var mostLosses: UInt8 { 15 }
}
