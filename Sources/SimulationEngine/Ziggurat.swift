/// The exponential distribution with mean 1, drawn without a logarithm in 98 of 100 cases.
///
/// G. Marsaglia and W. W. Tsang, "The ziggurat method for generating random variables", Journal of
/// Statistical Software 5 (2000), with 256 layers of equal area.
public struct ExponentialZiggurat: BitwiseCopyable, @unchecked Sendable {
  // 257 right edges of the layers, then 257 densities there. The table is built once, never
  // written again and never freed, so every copy may point to it from any thread.
  @usableFromInline let edges: UnsafePointer<Double>

  static var layers: Int { 256 }
  // The right edge of the base layer and the area of each layer, from the paper.
  private static let base = 7.697_117_470_131_049_72
  private static let area = 0.003_949_659_822_581_557_2

  /// The one table of the process.
  public static let standard = ExponentialZiggurat()

  private init() {
    let table = UnsafeMutablePointer<Double>.allocate(capacity: 2 * (Self.layers + 1))
    table.initialize(repeating: 0, count: 2 * (Self.layers + 1))
    table[0] = Self.area / Elementary.exp(-Self.base)
    table[1] = Self.base
    for layer in 2..<Self.layers {
      let below = table[layer - 1]
      table[layer] = -Elementary.log(Elementary.exp(-below) + Self.area / below)
    }
    for layer in 0...Self.layers { table[Self.layers + 1 + layer] = Elementary.exp(-table[layer]) }
    edges = UnsafePointer(table)
  }

  /// The next value from a stream.
  ///
  /// - Complexity: O(1), 1.02 draws on average.
  @inlinable @inline(__always)
  public func draw(from stream: inout RandomStream) -> Double {
    let bits = stream.next()
    let layer = Int(truncatingIfNeeded: bits & 255)
    let value = Double(bits >> 11) * 0x1p-53 * edges[layer]
    if value < edges[layer + 1] { return value }
    return drawFromEdge(layer: layer, value: value, stream: &stream)
  }

  /// The rare cases: the tail, and the part of a layer that sticks out under the curve.
  @inline(never) @usableFromInline
  func drawFromEdge(layer: Int, value: Double, stream: inout RandomStream) -> Double {
    var layer = layer
    var value = value
    var shift = 0.0
    while true {
      if layer == 0 {
        shift += edges[1]
      } else {
        let densities = edges + (Self.layers + 1)
        let height =
          densities[layer] + stream.uniform() * (densities[layer + 1] - densities[layer])
        if isBelow(height, value, density: densities[layer], edge: edges[layer]) {
          return shift + value
        }
      }
      let bits = stream.next()
      layer = Int(truncatingIfNeeded: bits & 255)
      value = Double(bits >> 11) * 0x1p-53 * edges[layer]
      if value < edges[layer + 1] { return shift + value }
    }
  }

  /// Whether a point lies below the curve: height < exp(−value).
  ///
  /// The bounds 1 + d ≤ exp(d) ≤ 1 + d + d², the latter up to 1.79, decide all but a few without
  /// the function; d is how far the point lies left of the edge, where the density is known.
  @inline(__always)
  private func isBelow(_ height: Double, _ value: Double, density: Double, edge: Double) -> Bool {
    let distance = edge - value
    if height < density * (1 + distance) { return true }
    if distance < 1.7 && height > density * (1 + distance + distance * distance) { return false }
    return height < Elementary.exp(-value)
  }
}
