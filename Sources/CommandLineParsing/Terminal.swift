import Glibc

/// The terminal that a person looks at.
public enum Terminal {
  /// How many columns the terminal at a descriptor has; nil where there is none.
  public static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
