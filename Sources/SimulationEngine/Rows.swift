import CMemory

/// Memory for many rows that are read in any order.
extension UnsafeMutablePointer where Pointee: ~Copyable {
  /// Room for rows, on large pages where they need many: each small page that is not among the few
  /// thousand last used costs a walk through the page table.
  public static func allocate(rows count: Int) -> Self {
    let bytes = count * MemoryLayout<Pointee>.stride
    if bytes < 2 * largePage { return .allocate(capacity: count) }
    let start = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: largePage)
    lab_prefer_large_pages(start, bytes)
    return start.bindMemory(to: Pointee.self, capacity: count)
  }

  /// Two MiB, the size of a large page on x86-64 and, with small ones of 4 KiB, on arm64.
  private static var largePage: Int { 2 << 20 }

  /// Begins to fetch a row that will be needed soon, so that nobody waits for it then.
  @inline(__always)
  public func fetch(_ row: Int) {
    let start = UnsafeRawPointer(self + row)
    var line = 0
    while line < MemoryLayout<Pointee>.stride {
      lab_fetch_line(start + line)
      line += 64
    }
  }
}
