import Studies

extension LabelReading.Kind {
  /// As it is typed.
  var option: String {
    switch self {
    case .firstLabel(let number): "--first-label \(number)"
    case .codePointOrder: "--class-order code-point"
    case .naturalOrder: "--class-order natural"
    }
  }

  /// Whether it tells with which number labels begin.
  fileprivate var isFirstLabel: Bool {
    if case .firstLabel = self { true } else { false }
  }
}

extension ProtocolOutcome {
  /// How labels are read, where not as they stand: an order of its own tells already with which number they begin.
  private var labelOptions: [String] {
    let found = labels?.isFirstLabel == true ? nil : firstLabel
    return [labels?.option, found.map { LabelReading.Kind.firstLabel($0).option }].compactMap(
      \.self)
  }

  /// All its options.
  var options: String { ([point.options] + labelOptions).joined(separator: " ") }

  /// In what it differs from the start, as options.
  func change(from start: ProtocolPoint) -> String {
    ([point.changes(from: start)].filter { !$0.isEmpty } + labelOptions).joined(separator: " ")
  }
}
