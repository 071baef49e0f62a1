/// An injector as the ledger records it: by the name of its type, with what it holds.
///
/// Whoever is left when its owner is dead can make the fault again in a new run of its container.
public indirect enum StoredInjector: Sendable, Hashable {
  /// What makes the fault.
  case known(any Injector)
  /// Another version of this program wrote it, which must not keep anybody from undoing the fault.
  case unknown

  /// What makes the fault; nil when it is not known here.
  public var injector: (any Injector)? {
    if case .known(let injector) = self { injector } else { nil }
  }

  /// Whether both make the same fault.
  public static func == (left: StoredInjector, right: StoredInjector) -> Bool {
    left.injector.map { AnyHashable($0) } == right.injector.map { AnyHashable($0) }
  }

  /// Puts what it makes into the hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(injector.map { AnyHashable($0) })
  }
}

extension StoredInjector: Codable {
  private struct Name: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init(_ type: any Injector.Type) { stringValue = "\(type)" }
    init?(intValue: Int) { nil }
  }

  /// Reads an object with one key, which is the name of an injector of the catalogue.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Name.self)
    func read(_ type: (some Injector).Type) throws -> any Injector {
      try keys.decode(type, forKey: Name(type))
    }
    let name = keys.allKeys.first?.stringValue
    let type = FaultCatalog.all.first { Name($0).stringValue == name }
    self = type.flatMap { try? read($0) }.map { .known($0) } ?? .unknown
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: Name.self)
    guard case .known(let injector) = self else { return }
    try keys.encode(injector, forKey: Name(type(of: injector)))
  }
}
