/// What an operator, or an active check, does to a balancer that runs.
extension Balancer where Picker: ~Copyable {
  /// Takes a server out of use, or puts it back.
  mutating func set(_ backend: BackendIndex, isUp: Bool) {
    if upstream[backend].isUp == isUp { return }
    upstream[backend].isUp = isUp
    upstream.troubled += isUp ? -1 : 1
    picker.changed(backend, in: upstream)
  }

  /// Gives a server another weight.
  mutating func set(_ backend: BackendIndex, weight: Int) {
    upstream[backend].weight = Int32(weight)
    upstream[backend].effectiveWeight = Int32(weight)
    picker.changed(backend, in: upstream)
  }
}
