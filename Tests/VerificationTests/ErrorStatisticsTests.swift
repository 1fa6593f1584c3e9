import Tensors
import Testing
import Verification

@Suite("Distances between two arrays")
struct ErrorStatisticsTests {
  @Test("Absolute, mean and relative error, cosine, and the worst place")
  func figures() {
    let errors = ErrorStatistics(of: [1, 2, -3.5, 0], against: [1, 2.5, -4, 0])
    #expect(errors.largest == 0.5 && errors.mean == 0.25 && errors.relative == 0.125)
    #expect(errors.scale == 4 && errors.worst == 1)
    // (1·1 + 2·2.5 + 3.5·4) / (√17.25 · √23.25)
    #expect(abs(errors.cosine - 20 / (17.25 * 23.25).squareRoot()) < 1e-15)
  }

  @Test("Units in the last place count the numbers in between, across zero too")
  func units() {
    #expect(Float(1).unitsInLastPlace(to: Float(1).nextUp) == 1)
    #expect(Float(0).unitsInLastPlace(to: -0.0) == 0)
    #expect(Float.leastNonzeroMagnitude.unitsInLastPlace(to: -.leastNonzeroMagnitude) == 2)
    #expect(Float(1).unitsInLastPlace(to: 2) == 1 << 23)
    #expect(
      Float.greatestFiniteMagnitude.unitsInLastPlace(to: -.greatestFiniteMagnitude)
        == 2 * 0x7F7F_FFFF)
  }

  @Test("Ranks equal those of a sorted array", arguments: [1, 2, 99, 100, 1000])
  func ranks(count: Int) {
    var generator = SystemRandomNumberGenerator()
    let values = (0..<count).map { _ in
      UInt32.random(in: 0...(Bool.random() ? 100 : .max), using: &generator)
    }
    let sorted = values.sorted()
    for rank in [0, count / 2, count * 99 / 100, count - 1] {
      #expect(values.element(atRank: rank) == sorted[rank])
    }
  }

  @Test("What is not finite is counted and never lost")
  func notFinite() {
    let errors = ErrorStatistics(
      of: [.nan, 1, .infinity, .infinity], against: [1, .nan, .infinity, -.infinity])
    #expect(errors.notANumber.candidate == 1 && errors.notANumber.reference == 1)
    #expect(errors.infinite.candidate == 2 && errors.infinite.reference == 2)
    #expect(errors.unequal == 3 && errors.worst == 0)
  }

  @Test("Two arrays of zeros are alike; one of zeros and another are not")
  func zeros() {
    #expect(ErrorStatistics(of: [0, 0], against: [0, -0.0]).cosine == 1)
    let errors = ErrorStatistics(of: [1, 0], against: [0, 0])
    #expect(errors.cosine == 0 && errors.relative.isFinite && errors.relative > 1e30)
  }

  @Test("Positions of samples are SplitMix64's, whose first numbers are published")
  func positions() {
    let positions = SampledActivation.positions(among: Int(Int64.max))
    // 0xE220A8397B1DCDAF and 0x6E789E6AA1B965F4 modulo 2⁶³ − 1.
    let first: UInt64 = 0xE220_A839_7B1D_CDAF % UInt64(Int64.max)
    #expect(positions.prefix(2) == [Int(first), 0x6E78_9E6A_A1B9_65F4])
    #expect(positions.count == 64)
  }
}

@Suite("Patterns of errors")
struct ErrorPatternTests {
  private let shape: Shape = [2, 16, 16, 8]

  private func pattern(_ isBad: ([Int]) -> Bool) -> ErrorPattern? {
    ErrorPattern(of: shape) { isBad(shape.position(of: $0)) }
  }

  @Test("Borders, channels, images, places and everywhere are told apart")
  func patterns() {
    #expect(pattern { _ in false } == nil)
    #expect(pattern { _ in true } == .everywhere)
    #expect(pattern { $0[1] == 0 || $0[2] == 15 } == .borders(width: 1))
    #expect(pattern { $0[1] < 2 } == .borders(width: 2))
    #expect(pattern { $0[3] == 5 } == .channels([5]))
    #expect(pattern { $0[0] == 1 } == .images([1]))
    #expect(pattern { $0[1...3] == [7, 7, 3] } == .scattered(count: 2))
  }
}
