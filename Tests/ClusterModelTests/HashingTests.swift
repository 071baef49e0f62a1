import ClusterModel
import Testing

@Suite struct HashingTests {
  @Test(
    arguments: [
      ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
      ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
    ] as [(String, UInt64)])
  func `the hashes of xxHash are those that its authors publish`(text: String, hash: UInt64) {
    #expect(XXHash64.hash(text) == hash)
  }

  @Test func `the ten thousandth number of a standard Mersenne Twister is as C++ prescribes`() {
    var twister = MersenneTwister()
    twister.start(seed: 5489)
    var number = twister.next()
    #expect(number == 3_499_211_612)
    for _ in 1..<10_000 { number = twister.next() }
    #expect(number == 4_123_659_995)
  }
}
