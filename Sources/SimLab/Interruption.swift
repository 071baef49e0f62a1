import Glibc

/// Lets an interrupted process end with the status that shells give it, 130 or 143.
///
/// What is left of a progress line is erased. A simulation leaves nothing else to be undone.
func endOnInterruption() {
  for number in [SIGINT, SIGTERM] {
    signal(number) { number in
      // Only calls that are safe in a signal handler may stand here.
      let erasure: StaticString = "\r\u{1B}[2K"
      if isatty(STDERR_FILENO) == 1 {
        _ = write(STDERR_FILENO, erasure.utf8Start, erasure.utf8CodeUnitCount)
      }
      _exit(128 + number)
    }
  }
}
