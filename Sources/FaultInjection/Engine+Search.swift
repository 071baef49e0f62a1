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

  /// The containers that an aim fits now, which a fault with the same draws would hit first.
  ///
  /// - Throws: a sentence when nobody is meant, or more than may be hit.
  public func containers(
    meantBy aim: Aim, drawnFrom draws: Draws
  ) throws(FaultError) -> [Container] {
    var draws = draws
    let all = try FaultError.ofEngine { () throws(EngineError) in try containers() }
    let aimed = try aim.containers(among: all, drawnFrom: &draws).containers
    return try FaultError.ofEngine { () throws(EngineError) in
      var found: [Container] = []
      for summary in aimed { found.append(try inspect(summary.id)) }
      return found
    }
  }
}
