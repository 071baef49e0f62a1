/// Prime numbers, which sizes of hash tables must be where every step has to reach every place.
enum Prime {
  /// The least prime number that is not below a number.
  ///
  /// - Complexity: about O(√n log n), by trial division.
  static func atLeast(_ number: Int) -> Int {
    var candidate = max(number, 2)
    while !isPrime(candidate) { candidate += 1 }
    return candidate
  }

  private static func isPrime(_ number: Int) -> Bool {
    var divisor = 2
    while divisor * divisor <= number {
      if number % divisor == 0 { return false }
      divisor += 1
    }
    return true
  }
}
