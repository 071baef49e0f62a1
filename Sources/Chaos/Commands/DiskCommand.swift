import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import FaultInjection

/// The verb `chaos disk`.
struct DiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: LimitDisk.name,
    abstract: LimitDisk.summary,
    discussion: """
      A limit is written into the container's control group; it holds for what really goes to the \
      disk, with version 1 of the control groups not for what waits in memory. A load is a process \
      of ours with files that have no name, which the kernel removes with it. Without --for it \
      lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(
    help: ArgumentHelp("Limit it to so much each second, such as 4M.", valueName: "size"),
    transform: { try ByteCount(text: $0) })
  var limit: ByteCount?

  @Option(
    help: ArgumentHelp("Take so much of its room, such as 1G.", valueName: "size"),
    transform: { try ByteCount(text: $0) })
  var fill: ByteCount?

  @Option(help: ArgumentHelp("Let so many threads write all the time.", valueName: "number"))
  var burn: Int?

  @Option(help: ArgumentHelp("The folder in the container whose disk is meant.", valueName: "path"))
  var path = "/"

  mutating func validate() throws {
    guard [limit != nil, fill != nil, burn != nil].filter({ $0 }).count == 1 else {
      throw ValidationError("Give '--limit', '--fill' or '--burn', one of them.")
    }
    if let burn, !(1...64).contains(burn) {
      throw ValidationError("The value of '--burn' must be between 1 and 64.")
    }
    guard path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw ValidationError("The value of '--path' must be an absolute path without '..'.")
    }
  }

  mutating func run() throws {
    if let limit { return try inject(LimitDisk(limit, under: path), options) }
    if let fill { return try inject(FillDisk(fill, under: path), options) }
    if let burn { try inject(BurnDisk(writers: burn, under: path), options) }
  }
}
