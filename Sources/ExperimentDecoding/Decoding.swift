import ExperimentModel

/// The decoding of one file: what it is read with and the complaints that gather meanwhile.
///
/// Its methods turn a ``Field`` into a value of the model. A method that returns nil has complained
/// before, so its caller goes on with the next field and lets the whole come out as nil.
final class Decoding {
  let file: String
  let catalogue: StrategyNames
  /// The paths of all files that were read, in order.
  var files: [String] = []
  /// Files of observed durations that were read before; nil for one that was refused.
  var samples: [String: [WeightedDuration]?] = [:]
  /// Whether the end of the run is given elsewhere, so that clients may send till then.
  var isEndGiven = false
  /// Whether a value could not be put where it was meant to be.
  var hasVainSettings = false
  private var complaints: Set<Diagnostic> = []
  /// How many complaints there are besides those that are kept.
  var uncollected = 0

  init(file: String, catalogue: StrategyNames) {
    self.file = file
    self.catalogue = catalogue
  }

  /// The bytes of a file that belongs to what is decoded, at most `limit` of them.
  func read(_ path: String, limit: Int) throws(FileFault) -> [UInt8] {
    files.append(path)
    return try contents(ofFile: path, limit: limit)
  }

  /// Everything that was complained about; nil when nothing was.
  var diagnostics: Diagnostics? {
    complaints.isEmpty ? nil : Diagnostics(Array(complaints), uncollected: uncollected)
  }

  /// Notes a complaint, once: a value that aliases repeat is wrong in one place only.
  func complain(_ message: String, at place: Place, in other: String? = nil) {
    let complaint = Diagnostic(
      file: other ?? place.source ?? file, line: place.line, column: place.column, message: message)
    if complaints.count < Limits.diagnostics {
      complaints.insert(complaint)
    } else if !complaints.contains(complaint) {
      uncollected += 1
    }
  }

  /// The name that was probably meant by `word`, while complaints are still kept.
  func suggestion(for word: String, among names: @autoclosure () -> [String]) -> String? {
    complaints.count < Limits.diagnostics ? nearest(to: word, among: names()) : nil
  }

  /// Complains that a field is not what it must be, and shows what it is.
  func refuse(_ field: Field, _ demand: String) {
    let found =
      switch field.node.content {
      case _ where field.node.isNull: "; it has no value"
      case .scalar(let text, _): ", not \(quoted(text))"
      case .sequence: ", not a list"
      case .mapping: ", not a mapping"
      }
    complain("`\(field.name)` \(demand)\(found)", at: field.place)
  }
}
