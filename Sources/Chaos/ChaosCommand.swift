import CommandLineParsing
import FaultInjection

/// The command `chaos`: its verbs are in `Commands/`, one file each.
struct ChaosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract: "Break live containers on purpose, and mend them whatever happens.",
    discussion: """
      The engine is the one that DOCKER_HOST names, or else the first of Docker's and Podman's \
      sockets that answers. Every fault in force has a file in the ledger, which lies in \
      CHAOS_STATE_DIR, or else in /var/lib/chaos for root and ~/.local/state/chaos for others.

      Exit status: 0 done; 1 the hypothesis of a run was refuted; 64 usage; 65 the target cannot \
      be disturbed; 69 the engine cannot be reached; 70 a failure of ours; 77 not permitted; 129, \
      130 and 143 interrupted, and healed first.
      """,
    version: "0.1.0",
    subcommands: [
      KillCommand.self,
      StopCommand.self,
      PauseCommand.self,
      CPUCommand.self,
      MemoryCommand.self,
      DiskCommand.self,
      DelayCommand.self,
      DropCommand.self,
      RandomImpairmentCommand<Duplicate>.self,
      RandomImpairmentCommand<Corrupt>.self,
      RandomImpairmentCommand<Reorder>.self,
      ThrottleCommand.self,
      DegradeCommand.self,
      PartitionCommand.self,
      ResetCommand.self,
      FailCommand.self,
      NamesCommand.self,
      RunCommand.self,
      LoadCommand.self,
      CaptureCommand.self,
      FlowsCommand.self,
      StatusCommand.self,
      HealCommand.self,
      DoctorCommand.self,
      GuardCommand.self,
      BurnCommand.self,
      HoldCommand.self,
    ])
}
