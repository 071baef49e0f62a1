import DockerEngine

extension Engine {
  /// The one container that a person means by a word: a name, a Compose service, or the beginning
  /// of an identifier.
  ///
  /// - Throws: a sentence that lists the candidates when there are several, or near names when
  ///   there is none.
  public func container(meantBy word: String) throws(FaultError) -> Container {
    let all = try FaultError.ofEngine { () throws(EngineError) in try containers() }
    let id = try TargetSearch(containers: all).identifier(for: word)
    return try FaultError.ofEngine { () throws(EngineError) in try inspect(id) }
  }
}
