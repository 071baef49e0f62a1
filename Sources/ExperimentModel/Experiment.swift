/// A question about a system: the system, what is done to it, and what is expected to hold.
///
/// Both tools take it: `simlab` predicts the answer, `chaos` measures it.
public struct Experiment: Sendable, Hashable {
  /// The short name that results carry.
  public var name: String
  /// What a person wants to know.
  public var question: String?
  /// The files that it was read from, as paths from the working directory: its own, that of its
  /// topology where that is another, and those with data that either names.
  public var files: [String]
  /// The system with everything that the experiment changes in it: its settings, its faults after
  /// those of the topology's own file, and how it is run.
  public var topology: Topology
  /// What is expected to hold, in the order of the file.
  public var hypothesis: [Expectation]
  /// The strategies that it compares; empty when it names none.
  public var compare: [StrategyChoice]
  /// The conditions of which any ends a live run early; the simulator does no harm and goes on.
  public var abort: [Expectation]

  /// Makes an experiment; without a hypothesis it only measures.
  public init(
    name: String, question: String? = nil, files: [String] = [], topology: Topology,
    hypothesis: [Expectation] = [], compare: [StrategyChoice] = [], abort: [Expectation] = []
  ) {
    self.name = name
    self.question = question
    self.files = files
    self.topology = topology
    self.hypothesis = hypothesis
    self.compare = compare
    self.abort = abort
  }
}

/// A change of one value in a topology before it is read: `--set balancer.passive.max_fails=3`.
public struct Setting: Sendable, Hashable {
  /// The keys from the top to the value, with dots between them; an element of a list by its
  /// number, counted from 0.
  public var path: String
  /// The new value, written as in a file.
  public var value: String
  /// What a complaint about it names, such as the option that it stands in.
  public var source: String

  /// Makes a setting.
  public init(path: String, value: String, source: String) {
    self.path = path
    self.value = value
    self.source = source
  }
}
