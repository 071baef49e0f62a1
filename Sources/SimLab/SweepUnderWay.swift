import ExperimentModel
import Experimentation
import Forecasting
import Reporting

/// The measuring of a sweep's points, one after the other; those that the journal has are not
/// simulated again.
final class SweepUnderWay {
  private let jobs: Int
  private let journal: SweepJournal?
  private let progress: SharedProgress
  /// Whether the last point came out of the journal, which took no time.
  private var isResuming = false

  init(jobs: Int, journal: SweepJournal?, progress: SharedProgress) {
    self.jobs = jobs
    self.journal = journal
    self.progress = progress
  }

  /// What the run of an experiment comes to.
  ///
  /// - Parameters:
  ///   - settings: what names the point.
  ///   - standard: how many replications there are where the file does not say.
  ///   - sought: the figure that is looked for there.
  ///   - part: which part of the whole sweep it is, from 0 to 1.
  func measurement(
    of experiment: Experiment, at settings: [Setting], standard: Int,
    seeking sought: MeasuredFigure?, part: Range<Double>
  ) throws -> SweepReport.Measurement {
    let point = settings.map { "\($0.path)=\($0.value)" }
    if let known = journal?[point] {
      isResuming = true
      return known
    }
    if isResuming { progress.resume(from: part.lowerBound) }
    isResuming = false
    let start = ContinuousClock.now
    let replicator = Replicator(experiment.topology, jobs: jobs, standard: standard)
    let length = part.upperBound - part.lowerBound
    let result = replicator.run { [progress] in
      progress.update(part.lowerBound + $0 * length)
    }
    let report = RunReport(result, of: experiment.topology, took: .now - start)
    let measurement = SweepReport.Measurement(report, seeking: sought)
    try journal?.keep(measurement, at: point)
    return measurement
  }
}
