import CommandLineParsing
import ExperimentModel
import Reporting

extension Sweep {
  /// The journal, where one was asked for, after a word on what it has.
  func openJournal(
    for experiments: [Experiment], seeking sought: MeasuredFigure?
  ) throws -> SweepJournal? {
    guard let path = journal else { return nil }
    let opened = try SweepJournal(path, sweep: try identity(of: experiments, seeking: sought))
    let (all, usable) = opened.found
    if usable > 0 {
      StandardError.write("\(path): goes on from the \(points(usable)) measured before.\n")
    } else if all > 0 {
      StandardError.write(
        "\(path): the \(points(all)) in it have another file, setting, seed or version; "
          + "the sweep starts anew, and its points are added.\n")
    }
    sayOnInterruption("Interrupted; the same command goes on from \(path).")
    return opened
  }

  private func points(_ count: Int) -> String {
    HumaneText.count(count) + (count == 1 ? " point" : " points")
  }

  /// A hash of all that decides what is measured, besides the settings of a point: the program, the
  /// options, what is sought, and every file that is read.
  private func identity(
    of experiments: [Experiment], seeking sought: MeasuredFigure?
  ) throws -> String {
    var parts = ["simlab \(SimulationLab.version)"] + options.decisive
    parts.append(sought.map { "seeks \($0.name)" } ?? "seeks nothing")
    var known: Set<String> = []
    for path in experiments.flatMap(\.files) where known.insert(path).inserted {
      parts.append(FNV1a.digits(of: try contentsOrFailure(path)))
    }
    return FNV1a.digits(of: parts.joined(separator: "\0").utf8)
  }
}
