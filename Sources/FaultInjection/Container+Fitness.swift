import DockerEngine

// Which containers can be disturbed at all.
extension Container {
  /// Refuses a container that does not run, or that is frozen.
  ///
  /// - Parameter action: what cannot be done with it, such as `kill`.
  public func requireRunning(to action: String) throws(FaultError) {
    switch state.status {
    case "running": return
    case "paused":
      throw FaultError(
        .notUsable, "\(name) is paused; run it on first (docker unpause \(name))")
    case "restarting":
      throw FaultError(
        .notUsable,
        "\(name) is just restarting after exit status \(state.exitCode);"
          + " wait until it runs (docker logs \(name) says why it exits)")
    case let status:
      let exit = status == "exited" ? " with exit status \(state.exitCode)" : ""
      throw FaultError(
        .notUsable,
        "\(name) does not run (\(status)\(exit)), so there is nothing to \(action);"
          + " start it first (docker start \(name))")
    }
  }

  /// Refuses a container that would vanish when it exits, and could not be started again.
  func requireToStay(unless option: String) throws(FaultError) {
    guard isRemovedOnExit else { return }
    throw FaultError(
      .notUsable,
      "\(name) is removed as soon as it exits (--rm), so it could not be started"
        + " again; run it without --rm, or \(option) with --no-restart")
  }

  /// Refuses a container that shares its network with the machine or with another container.
  ///
  /// Whatever is done to packets there would hit those who share it.
  public func requireNetworkOfItsOwn() throws(FaultError) {
    if networkMode == "host" {
      throw FaultError(
        .notUsable,
        "\(name) uses the network of the machine itself (--network host), which is never disturbed;"
          + " run it in a network of its own")
    }
    if networkMode.hasPrefix("container:") {
      let owner = networkMode.dropFirst("container:".count).prefix(12)
      throw FaultError(
        .notUsable,
        "\(name) shares the network of the container \(owner), which would be hit too;"
          + " name that one, or run \(name) in a network of its own")
    }
    if networkMode == "none" {
      throw FaultError(
        .notUsable, "\(name) has no network (--network none), so it has no packets to disturb")
    }
  }

  /// Refuses a container without packets of its own to look at.
  ///
  /// In the network of the machine the packets of everybody else would be written down too.
  public func requireVisibleNetwork() throws(FaultError) {
    guard state.isRunning, state.pid > 0 else {
      throw FaultError(
        .notUsable,
        "\(name) does not run (it is \(state.status)), so it has no network; start it"
          + " first")
    }
    guard networkMode == "host" else { return }
    throw FaultError(
      .notUsable,
      "\(name) uses the network of the machine itself (--network host), where the packets of all"
        + " others pass too; run it in a network of its own")
  }
}
