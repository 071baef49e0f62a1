import CommandLineParsing
import ExperimentDecoding
import ExperimentModel
import FaultInjection

/// The verb `chaos memory`.
struct MemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: LimitMemory.name,
    abstract: LimitMemory.summary,
    discussion: """
      A limit is written into the container's control group; a load is a process of ours in that \
      group, so the container needs no tool. When the limit does not suffice, the kernel kills a \
      process of the container, and its restart policy decides what follows. Without --for it \
      lasts until Ctrl-C.
      """)

  @OptionGroup var options: FaultOptions

  @Option(
    help: ArgumentHelp("Limit it to so much, such as 32M.", valueName: "size"),
    transform: { try ByteCount(text: $0) })
  var limit: ByteCount?

  @Option(
    help: ArgumentHelp("Take so much inside its limit, such as 100M.", valueName: "size"),
    transform: { try ByteCount(text: $0) })
  var fill: ByteCount?

  mutating func validate() throws {
    guard (limit == nil) != (fill == nil) else {
      throw ValidationError("Give '--limit' or '--fill', one of them.")
    }
  }

  mutating func run() throws {
    if let limit { return try inject(.limitMemory(limit), options) }
    if let fill { try inject(.fillMemory(fill), options) }
  }
}
