extension PassiveChecks {
  /// The passive checks of a program that are not given in full: nginx's `max_fails` and
  /// `fail_timeout`, HAProxy's `error-limit`, Envoy's outlier detection, Finagle's failure accrual.
  public static func standard(of program: BalancerProgram) -> PassiveChecks {
    switch program {
    case .nginx, .ipvs, .ideal: PassiveChecks()
    case .haproxy: PassiveChecks(maxFails: 10)
    case .envoy: PassiveChecks(maxFails: 5, failTimeout: .seconds(30))
    case .finagle: PassiveChecks(maxFails: 5, failTimeout: .seconds(5))
    }
  }
}

extension ActiveChecks {
  /// The active checks of a program that are not given in full.
  ///
  /// HAProxy opens a connection (`check`), as keepalived does for IPVS; nginx's commercial
  /// `health_check` asks for an answer. Envoy's has no defaults; those here are its examples'.
  public static func standard(of program: BalancerProgram) -> ActiveChecks {
    switch program {
    case .haproxy: ActiveChecks()
    case .nginx: ActiveChecks(interval: .seconds(5), rise: 1, fall: 1, isHTTP: true)
    case .envoy, .finagle, .ideal:
      ActiveChecks(interval: .seconds(5), timeout: .seconds(1), isHTTP: true)
    case .ipvs: ActiveChecks(interval: .seconds(6), timeout: .seconds(5), rise: 1, fall: 1)
    }
  }
}

extension RetryRule {
  /// What a program tries again where the file does not say what: HAProxy and Finagle only what
  /// was not sent, which needs no word.
  public static func standard(of program: BalancerProgram) -> RetryRule {
    switch program {
    case .nginx, .envoy, .ipvs, .ideal: RetryRule()
    case .haproxy, .finagle: RetryRule(on: [])
    }
  }
}
