import Glibc
import Synchronization

/// The address of what an interrupted process says at its end; 0 where there is nothing to say.
private let lastWords = Atomic<UInt>(0)

/// Lets the process say a sentence when it is interrupted from now on.
func sayOnInterruption(_ sentence: String) {
  // The text is never freed, since a signal may come at any time.
  lastWords.store(UInt(bitPattern: strdup(sentence + "\n")), ordering: .releasing)
}

/// Lets an interrupted process end with the status that shells give it, 130 or 143.
///
/// What is left of a progress line is erased. A simulation leaves nothing else to be undone, and
/// what a sweep has measured is in its journal already.
func endOnInterruption() {
  for number in [SIGINT, SIGTERM] {
    signal(number) { number in
      // Only calls that are safe in a signal handler may stand here.
      let erasure: StaticString = "\r\u{1B}[2K"
      if isatty(STDERR_FILENO) == 1 {
        _ = write(STDERR_FILENO, erasure.utf8Start, erasure.utf8CodeUnitCount)
      }
      if let words = UnsafePointer<CChar>(bitPattern: lastWords.load(ordering: .acquiring)) {
        _ = write(STDERR_FILENO, words, strlen(words))
      }
      _exit(128 + number)
    }
  }
}
