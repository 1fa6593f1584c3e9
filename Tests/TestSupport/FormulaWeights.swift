/// The weights in `Fixtures/checkpoints/formats`, computed and not stored.
///
/// The same formula as `fill` in `Tools/fixtures/checkpoints.py`: multiples of 1/64 within ±2,
/// which every floating-point type of a checkpoint holds exactly.
public enum FormulaWeights {
  /// The first `count` values of variable `index` of the layer called `name`.
  public static func values(_ name: String, _ index: Int, count: Int) -> [Float] {
    let seed = 7 * name.utf8.reduce(0) { $0 + Int($1) } + 13 * index
    return (0..<count).map { Float((37 * $0 + 101 * seed) % 251 - 125) / 64 }
  }
}
